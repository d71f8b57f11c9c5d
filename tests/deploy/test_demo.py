"""The demo of a database folder: all of it or nothing, and a mistake is named with its line."""

import pytest

from slotkeeper.demo import load_demo
from slotkeeper.deploy import DeployError

from .conftest import Deployment


def test_a_mistake_names_its_line_and_leaves_nothing(deployed: Deployment) -> None:
    deployed.write("demo/1_fine.sql", "insert into data.item (name) values ('third');\n")
    deployed.write("demo/2_wrong.sql", "select 1;\n\ninsert into data.nothing default values;\n")
    with pytest.raises(DeployError) as caught:
        load_demo(deployed.database.admin_url, deployed.folder, deployed.lines.append)
    assert str(caught.value).startswith('db/demo/2_wrong.sql:3: relation "data.nothing" does not')
    assert deployed.database.value("select count(*) from data.item") == 2
    deployed.change("demo/2_wrong.sql", "data.nothing", "data.item (name) values ('last'); --")
    assert load_demo(deployed.database.admin_url, deployed.folder, deployed.lines.append)
    assert deployed.database.value("select count(*) from data.item") == 4
