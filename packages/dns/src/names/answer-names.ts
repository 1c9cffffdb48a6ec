import { classInternet, recordType, responseCode } from '../message/constants.ts';
import { encodeName } from '../message/domain-name.ts';
import type { DnsQuery } from '../message/query.ts';
import type { Answer, AnswerRecord } from '../message/response.ts';
import { addressBytes, addressText } from './address-bytes.ts';
import type { NamedAddress, NameIndex } from './name-index.ts';
import { resolveAddress, resolveName, type VisibleNetwork } from './resolve-name.ts';
import { addressOfReverseName } from './reverse-name.ts';

export interface NamesOfSandbox {
  readonly index: NameIndex;
  readonly networks: readonly VisibleNetwork[];
  /** From 0 up to but without 1: the order of several addresses. */
  readonly random: () => number;
}

/**
 * What is known here: addresses of a container's name in random order, no records for a known name of
 * which something else is asked, so that no name of a container is ever asked of another server. Undefined
 * when the question is about nothing here.
 */
export function answerNames(query: DnsQuery, names: NamesOfSandbox): Answer | undefined {
  if (query.name === '') return undefined;
  if (query.type === recordType.ptr && query.class === classInternet) {
    const reverse = answerReverse(query.name, names);
    if (reverse !== undefined) return reverse;
  }
  const found = resolveName(names.index, names.networks, query.name);
  if (found.length === 0) return undefined;
  if (query.class !== classInternet) return { code: responseCode.noError, records: [] };
  const { any } = recordType;
  const records = new Map<string, AnswerRecord>();
  for (const endpoint of found) {
    for (const [address, record] of recordsOf(endpoint)) {
      if (query.type === record.type || query.type === any) records.set(address, record);
    }
  }
  return { code: responseCode.noError, records: shuffled([...records.values()], names.random) };
}

function answerReverse(name: string, names: NamesOfSandbox): Answer | undefined {
  const address = addressOfReverseName(name);
  if (address === undefined) return undefined;
  const text = addressText(address.family, address.groups);
  const host = resolveAddress(names.index, names.networks, text);
  if (host === undefined) return undefined;
  const data = encodeName(host);
  const records = data === undefined ? [] : [{ type: recordType.ptr, data }];
  return { code: responseCode.noError, records };
}

type AddressRecord = readonly [address: string, record: AnswerRecord];

/** Made once for each endpoint: a name may have many, and be asked for all the time. */
const knownRecords = new WeakMap<NamedAddress, readonly AddressRecord[]>();

function recordsOf(endpoint: NamedAddress): readonly AddressRecord[] {
  const known = knownRecords.get(endpoint);
  if (known !== undefined) return known;
  const record = (type: number, address: string | undefined): AddressRecord[] => {
    const data = address === undefined ? undefined : addressBytes(address);
    return address === undefined || data === undefined ? [] : [[address, { type, data }]];
  };
  const { address4, address6 } = endpoint;
  const records = [...record(recordType.a, address4), ...record(recordType.aaaa, address6)];
  knownRecords.set(endpoint, records);
  return records;
}

function shuffled(records: AnswerRecord[], random: () => number): AnswerRecord[] {
  for (let last = records.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [records[last], records[other]] = [records[other]!, records[last]!];
  }
  return records;
}
