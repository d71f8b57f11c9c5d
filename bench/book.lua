-- Each request books the next slot of its thread's range; FIRST_SLOT and SLOTS_PER_THREAD say which.
-- With SLOTS_PER_THREAD=0 all of them book FIRST_SLOT. Each is for an address of its own, as one
-- address may hold a few seats only.
local threads = 0
function setup(thread)
    thread:set("index", threads)
    threads = threads + 1
end

function init()
    local span = tonumber(os.getenv("SLOTS_PER_THREAD"))
    slot = tonumber(os.getenv("FIRST_SLOT")) + index * span
    step = span > 0 and 1 or 0
    calls = 0
    wrk.method = "POST"
    wrk.headers["Content-Type"] = "application/json"
end

function request()
    local body = string.format(
        '{"slot_id":%d,"patient_name":"Ann Lee","patient_email":"ann%d.%d.%d@example.com"}',
        slot, slot, index, calls)
    slot = slot + step
    calls = calls + 1
    return wrk.format(nil, nil, nil, body)
end
