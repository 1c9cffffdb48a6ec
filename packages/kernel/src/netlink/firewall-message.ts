import type { FirewallChange } from '../firewall.ts';
import type { Unnumbered } from './link-message.ts';
import { decodeAttributes, messageFlags } from './message.ts';

/** nfnetlink (linux/netfilter/nfnetlink.h). */
export const protocolNetfilter = 12;
export const nftablesGroup = 7;
const nftablesSubsystem = 10;
const overrunType = 4;

const netlinkHeader = 16;
const familyHeader = 4;
const attributeHeader = 4;
const attributeTypeMask = 0x3fff;
/** NFTA_*_TABLE of every object, and NFTA_RULE_CHAIN. */
const tableAttribute = 1;
const chainAttribute = 2;

/** NFT_MSG_GETGEN, and NFTA_GEN_ID of its answer. */
const getGenerationType = (nftablesSubsystem << 8) | 16;
const generationAttribute = 1;

/** Asks for the generation of the namespace's rule set: a number that every transaction counts up. */
export function getGeneration(): Unnumbered {
  const flags = messageFlags.request | messageFlags.ack;
  return { type: getGenerationType, flags, header: Buffer.alloc(familyHeader), attributes: [] };
}

/** The payload of the answer; 0 when it says nothing. */
export function decodeGeneration(payload: Buffer): number {
  const id = decodeAttributes(payload.subarray(familyHeader)).get(generationAttribute);
  return id?.length === 4 ? id.readUInt32BE() : 0;
}

type Kind = readonly [FirewallChange['kind'], FirewallChange['object']];

/** NFT_MSG_* (linux/netfilter/nf_tables.h). */
const kinds: Readonly<Record<number, Kind>> = {
  0: ['added', 'table'],
  2: ['removed', 'table'],
  3: ['added', 'chain'],
  5: ['removed', 'chain'],
  6: ['added', 'rule'],
  8: ['removed', 'rule'],
  9: ['added', 'set'],
  11: ['removed', 'set'],
  12: ['added', 'element'],
  14: ['removed', 'element'],
  18: ['added', 'other'],
  20: ['removed', 'other'],
  22: ['added', 'other'],
  24: ['removed', 'other'],
};

const families: Readonly<Record<number, string>> = {
  1: 'inet',
  2: 'ip',
  3: 'arp',
  5: 'netdev',
  7: 'bridge',
  10: 'ip6',
};

export interface DecodedChanges {
  /** `port` is the netlink port of whoever asked for the change. */
  readonly changes: readonly (Omit<FirewallChange, 'own'> & { readonly port: number })[];
  /** Bytes of a message that is not there as a whole. */
  readonly rest: Buffer;
}

/** The changes in a piece of the stream of messages to `nftablesGroup`. */
export function decodeFirewallChanges(stream: Buffer): DecodedChanges {
  const changes: DecodedChanges['changes'][number][] = [];
  let offset = 0;
  while (stream.length - offset >= netlinkHeader) {
    const length = stream.readUInt32LE(offset);
    const next = offset + Math.max(netlinkHeader, (length + 3) & ~3);
    if (stream.length < next) break;
    const change = decodeChange(stream.subarray(offset, next));
    if (change !== undefined) changes.push(change);
    offset = next;
  }
  return { changes, rest: stream.subarray(offset) };
}

function decodeChange(message: Buffer): DecodedChanges['changes'][number] | undefined {
  const type = message.readUInt16LE(4);
  if (type === overrunType) {
    return { kind: 'lost', object: 'other', family: '', table: '', port: 0 };
  }
  const kind = type >> 8 === nftablesSubsystem ? kinds[type & 0xff] : undefined;
  if (kind === undefined || message.length < netlinkHeader + familyHeader) return undefined;
  const family = families[message[netlinkHeader] ?? 0] ?? '';
  const texts = attributeTexts(message, kind[1] === 'rule');
  return {
    ...{ kind: kind[0], object: kind[1], family },
    table: texts.get(tableAttribute) ?? '',
    ...(kind[1] === 'rule' ? { chain: texts.get(chainAttribute) ?? '' } : {}),
    port: message.readUInt32LE(12),
  };
}

/** The leading attributes as texts: the table, and the chain of a rule. */
function attributeTexts(message: Buffer, withChain: boolean): Map<number, string> {
  const texts = new Map<number, string>();
  const last = withChain ? chainAttribute : tableAttribute;
  let offset = netlinkHeader + familyHeader;
  while (offset + attributeHeader <= message.length) {
    const length = message.readUInt16LE(offset);
    const type = message.readUInt16LE(offset + 2) & attributeTypeMask;
    if (length < attributeHeader || offset + length > message.length) break;
    if (type <= last) {
      const text = message.toString('utf8', offset + attributeHeader, offset + length);
      texts.set(type, text.replace(/\0.*$/s, ''));
    }
    if (texts.has(last)) break;
    offset += (length + 3) & ~3;
  }
  return texts;
}
