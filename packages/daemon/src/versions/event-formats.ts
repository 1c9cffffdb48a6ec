import { isOlderApiVersion } from '@berth/engine-api';

/** How a stream of JSON values is written: the content type says what stands around each of them. */
export interface StreamFormat {
  readonly contentType: string;
  /** Before each value: the record separator of RFC 7464. */
  readonly prefix: string;
}

const lines = (contentType: string): StreamFormat => ({ contentType, prefix: '' });
const sequence: StreamFormat = { contentType: 'application/json-seq', prefix: '\x1e' };

/** Before 1.52 there was one format, under another name; lines of JSON have theirs since 1.53. The first is the default. */
function formatsOf(version: string): readonly StreamFormat[] {
  if (isOlderApiVersion(version, '1.52')) return [lines('application/json')];
  const both = [lines('application/x-ndjson'), sequence];
  return isOlderApiVersion(version, '1.53') ? both : [lines('application/jsonl'), ...both];
}

/** The format of events that the client wants most (RFC 9110, section 12.5.1); the default if it wants none of ours. */
export function eventFormat(version: string, accept: string | undefined): StreamFormat {
  const formats = formatsOf(version);
  const weights = new Map<StreamFormat, number>();
  for (const range of (accept ?? '').split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    const weight = quality === undefined ? 1 : Number(quality);
    for (const format of formats) {
      const matches = [format.contentType, 'application/*', '*/*'].includes(type);
      if (matches && weight > 0) weights.set(format, Math.max(weights.get(format) ?? 0, weight));
    }
  }
  const best = Math.max(0, ...weights.values());
  return formats.find((format) => best > 0 && weights.get(format) === best) ?? formats[0]!;
}
