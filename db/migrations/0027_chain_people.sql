-- Who erases a person sees what was linked last, too, without reading all that is not sorted in.
alter index data.chain_link_people_idx set (fastupdate = off);
