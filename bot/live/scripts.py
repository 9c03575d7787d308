"""What must happen in one step on the server, in Lua. Times are the server's, so gateways' clocks need
not agree. Every key expires by itself; nothing grows without an end.

Source: https://valkey.io/topics/eval-intro/ (scripts are atomic; replicated by effect, so TIME is fine).
"""

_NOW = "local t = redis.call('TIME') local now = t[1] + t[2] / 1000000 "

TAKE = (
    _NOW
    + """
local limit, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local full_at = tonumber(redis.call('GET', KEYS[1]) or now)
if full_at < now then full_at = now end
if full_at > now + window then full_at = now + window end
full_at = full_at + window / limit
local wait = full_at - window - now
if wait > 0.000001 then return string.format('%.6f', wait) end
redis.call('SET', KEYS[1], string.format('%.6f', full_at), 'PX', math.ceil((full_at - now) * 1000) + 1)
return '0'
"""
)
"""The generic cell rate algorithm (ITU-T I.371, annex A). KEYS: bucket. ARGV: limit, window in seconds.
Returns seconds to wait, as text."""

TOUCH = (
    _NOW
    + """
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.3f', now))
redis.call('ZADD', KEYS[1], string.format('%.3f', now + ARGV[2]), ARGV[1])
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -1 - tonumber(ARGV[3]))
local last = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')
redis.call('PEXPIRE', KEYS[1], math.ceil((last[2] - now) * 1000) + 1)
return 1
"""
)
"""KEYS: a person's connections (sorted by the time each one lapses). ARGV: connection, seconds, how many
connections to keep."""

CONNECTED = (
    _NOW
    + """
local after, found = '(' .. string.format('%.3f', now), {}
for place = 1, #KEYS do
  if redis.call('ZCOUNT', KEYS[place], after, '+inf') > 0 then found[#found + 1] = place - 1 end
end
return found
"""
)
"""KEYS: persons. Returns the places (from 0) of those with a connection that has not lapsed."""

LEASE = """
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""
"""KEYS: lease. ARGV: holder, milliseconds. Returns 1 where the holder has it now."""

RELEASE = """
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
"""
"""KEYS: lease. ARGV: holder. Deletes the lease of this holder only."""
