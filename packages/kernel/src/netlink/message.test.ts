import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeAddress } from './address-message.ts';
import { createVeth, decodeLink } from './link-message.ts';
import {
  bytesAttribute,
  decodeAttributes,
  decodeReply,
  encodeRequest,
  nestedAttribute,
  textAttribute,
  u8Attribute,
} from './message.ts';
import { addRoute, decodeRoute } from './route-message.ts';

const hex = (...lines: string[]) => Buffer.from(lines.join('').replaceAll(' ', ''), 'hex');
const sequence = 7;

describe('requests', () => {
  it('lays out a veth pair as Linux 6.18 takes it', () => {
    const message = createVeth({
      hostName: 'v1',
      bridgeIndex: 2,
      peerName: 'eth0',
      peerNamespaceDescriptor: 9,
      peerMac: '02:42:0a:63:00:05',
      mtu: 1400,
    });
    assert.deepEqual(
      encodeRequest({ ...message, sequence }),
      hex(
        '88000000 1000 0506 07000000 00000000', // nlmsghdr: RTM_NEWLINK, request+ack+excl+create
        '00000000 00000000 01000000 01000000', // ifinfomsg: up
        '0700 0300 763100 00', // IFLA_IFNAME v1
        '0800 0400 78050000', // IFLA_MTU 1400
        '0800 0a00 02000000', // IFLA_MASTER 2
        '5000 1200 0900 0100 7665746800 000000', // IFLA_LINKINFO: IFLA_INFO_KIND veth
        '4000 0200 3c00 0100', // IFLA_INFO_DATA: VETH_INFO_PEER
        '00000000 00000000 00000000 00000000', // ifinfomsg of the peer: down
        '0900 0300 6574683000 000000', // IFLA_IFNAME eth0
        '0a00 0100 02420a630005 0000', // IFLA_ADDRESS
        '0800 0400 78050000', // IFLA_MTU
        '0800 1c00 09000000', // IFLA_NET_NS_FD
      ),
    );
  });

  it('pads attributes but not their lengths', () => {
    const request = {
      type: 1,
      flags: 1,
      sequence,
      header: Buffer.alloc(0),
      attributes: [u8Attribute(4, 1), textAttribute(3, 'ab')],
    };
    const bytes = encodeRequest(request);
    assert.equal(bytes.readUInt32LE(0), bytes.length);
    assert.deepEqual(bytes.subarray(16), hex('0500 0400 01000000 0700 0300 61620000'));
  });

  it('nests attributes with a header before them', () => {
    const nested = nestedAttribute(9, [u8Attribute(1, 2)], Buffer.from([5]));
    assert.deepEqual(nested.value, hex('05000000 0500 0100 02000000'));
    assert.deepEqual(bytesAttribute(1, Buffer.from([1])), { type: 1, value: Buffer.from([1]) });
  });

  it('gives a default route no destination and the family of its gateway', () => {
    const v6 = addRoute({ destination: 'default', gateway: 'fe80::1', linkIndex: 3 });
    assert.equal(v6.header[0], 10);
    assert.equal(v6.header[1], 0);
    assert.deepEqual(
      v6.attributes?.map((attribute) => attribute.type),
      [5, 4],
    );
    const link = addRoute({ destination: '10.0.0.0/8', linkIndex: 3 });
    assert.equal(link.header[6], 253, 'scope link without a gateway');
  });
});

describe('replies of Linux 6.18', () => {
  it('say which error and why', () => {
    const reply = decodeReply(
      hex(
        '44000000 0200 0003 07000000 1cb4addb 9bffffff 2c000000 1800 0506 07000000 00000000',
        '2000 0100 4e657874686f702068617320696e76616c6964206761746577617900',
      ),
      sequence,
    );
    assert.equal(reply.errno, 101);
    assert.equal(reply.detail, 'Nexthop has invalid gateway');
    assert.deepEqual(reply.messages, []);
  });

  it('list addresses until the dump is done', () => {
    const reply = decodeReply(
      hex(
        '58000000 1400 2200 07000000 1cb4addb 02108000 02000000 0800 0100 0a630005',
        '0800 0200 0a630005 0800 0400 0a63ffff 0900 0300 6574683000 000000 0800 0800 80000000',
        '1400 0600 ffffffffffffffffffa90900ffa90900',
        '48000000 1400 2200 07000000 1cb4addb 0a408200 02000000',
        '1400 0100 fd000000000000000000000000000005 1400 0600 ffffffffffffffffffa90900ffa90900',
        '0800 0800 82000000',
        '14000000 0300 0200 07000000 1cb4addb 00000000',
      ),
      sequence,
    );
    assert.equal(reply.errno, 0);
    assert.deepEqual(
      reply.messages.map((message) => decodeAddress(message.payload)),
      [
        { linkIndex: 2, address: '10.99.0.5/16' },
        { linkIndex: 2, address: 'fd00::5/64' },
      ],
    );
  });

  it('list routes of both families', () => {
    const reply = decodeReply(
      hex(
        '34000000 1800 2200 07000000 1cb4addb 02000000 fe030001 00000000 0800 0f00 fe000000',
        '0800 0500 0a630001 0800 0400 02000000',
        '74000000 1800 2200 07000000 1cb4addb 0a400000 fe020001 00000000 0800 0f00 fe000000',
        '1400 0100 fd000000000000000000000000000000 0800 0600 00010000 0800 0400 02000000',
        `2400 0c00 ${'00'.repeat(32)} 0500 1400 00000000`,
        '14000000 0300 0200 07000000 1cb4addb 00000000',
      ),
      sequence,
    );
    assert.deepEqual(
      reply.messages.map((message) => decodeRoute(message.payload)),
      [
        { destination: 'default', gateway: '10.99.0.1', linkIndex: 2, table: 254, family: 4 },
        { destination: 'fd00::/64', linkIndex: 2, table: 254, family: 6 },
      ],
    );
  });

  it('describe a link', () => {
    const link = decodeLink(
      hex(
        '00000100 03000000 43100100 00000000 0700 0300 763000 00 0800 0400 dc050000',
        '0800 0a00 02000000 0800 0500 09000000 0a00 0100 965beb7e6b3c 0000 1000 1200 0900 0100 7665746800 000000',
      ),
    );
    assert.deepEqual(link, {
      index: 3,
      name: 'v0',
      kind: 'veth',
      mac: '96:5b:eb:7e:6b:3c',
      mtu: 1500,
      up: true,
      masterIndex: 2,
      peerIndex: 9,
    });
  });

  it('of other requests, and cut-off ones, are left out', () => {
    const done = '14000000 0300 1200 07000000 1cb4addb 00000000';
    assert.equal(decodeReply(hex(done), 8).interrupted, false);
    assert.equal(decodeReply(hex(done), sequence).interrupted, true);
    assert.deepEqual(decodeReply(hex('ff000000 0300'), sequence).messages, []);
    assert.deepEqual(decodeReply(hex('08000000', '00'.repeat(12)), sequence).messages, []);
    assert.deepEqual([...decodeAttributes(hex('0200 0100 ff'))], []);
    assert.deepEqual([...decodeAttributes(hex('0800 0100 ff'))], []);
  });
});
