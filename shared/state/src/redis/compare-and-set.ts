// The one script Redis runs for us: store unless what is there is as new or newer, or newer than the writer knows. Its atomicity is Redis's own.
import type { Cluster, Redis, Result } from 'ioredis';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    storeIfNewer(key: string, stored: Buffer, ttlMs: string, over: Buffer | ''): Result<number, Context>;
  }
}

// NaN never reaches this: encodeStored throws first. What is shorter than eight bytes, or no string at all, is not ours and is replaced.
const lua = `
local there = redis.pcall('GETRANGE', KEYS[1], 0, 7)
if type(there) == 'string' and #there == 8 then
  local order = struct.unpack('>d', there)
  if ARGV[3] == '' then
    if order >= struct.unpack('>d', ARGV[1]) then return 0 end
  elseif order > struct.unpack('>d', ARGV[3]) then return 0 end
end
if ARGV[2] == '' then redis.call('SET', KEYS[1], ARGV[1]) else redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) end
return 1`;

/** Teaches a client `storeIfNewer(key, stored, ttlMs, over)`, which answers 1 where it stored; an empty ttl means for good. */
export function defineStoreIfNewer(client: Redis | Cluster): void {
  client.defineCommand('storeIfNewer', { numberOfKeys: 1, lua });
}
