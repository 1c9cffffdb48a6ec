import type dgram from 'node:dgram';
import { isIPv6 } from 'node:net';

/** For sockets that are given numeric addresses only: Node's own lookup takes a turn of the loop for each message. */
export const numericLookup: NonNullable<dgram.SocketOptions['lookup']> = (address, _, callback) =>
  callback(null, address, isIPv6(address) ? 6 : 4);
