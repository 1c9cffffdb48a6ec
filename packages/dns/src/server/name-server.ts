import type { UpstreamServer } from '../forward/upstream.ts';
import { recordType, responseCode } from '../message/constants.ts';
import { type DnsQuery, parseQuery } from '../message/query.ts';
import { encodeAnswer, encodeRefusal } from '../message/response.ts';
import { answerNames, type NamesOfSandbox } from '../names/answer-names.ts';

/** Who answers what is not known here. */
export interface QueryForwarder {
  forward(
    query: DnsQuery,
    servers: readonly UpstreamServer[],
    transport: 'udp' | 'tcp',
  ): Promise<Buffer | undefined>;
}

/** How one sandbox's questions are answered; may be replaced at any time. */
export interface NameServerView extends NamesOfSandbox {
  /** Asked in this order for what is not known here; none where there is no way out. */
  readonly servers: readonly UpstreamServer[];
  /**
   * The user set `ndots` above 0: a single word is then completed by the client's search domains and
   * not sent to other servers as it is.
   */
  readonly completesWords: boolean;
}

/**
 * The answer to one message of a client, or undefined when none is due. SERVFAIL when no other server
 * had one either. Never rejects.
 */
export async function answerMessage(
  message: Buffer,
  transport: 'udp' | 'tcp',
  view: NameServerView,
  forwarder: QueryForwarder,
): Promise<Buffer | undefined> {
  const parsed = parseQuery(message);
  if (parsed.kind === 'ignored') return undefined;
  if (parsed.kind === 'refused') return encodeRefusal(message, parsed.reason);
  const { query } = parsed;
  const known = answerNames(query, view) ?? unsentWord(query, view);
  if (known !== undefined) return encodeAnswer(query, known, transport);
  const relayed =
    view.servers.length === 0
      ? undefined
      : await forwarder.forward(query, view.servers, transport).catch(() => undefined);
  return (
    relayed ?? encodeAnswer(query, { code: responseCode.serverFailure, records: [] }, transport)
  );
}

function unsentWord({ type, name }: DnsQuery, view: NameServerView) {
  const isAddress = type === recordType.a || type === recordType.aaaa;
  if (!view.completesWords || !isAddress || name === '' || name.includes('.')) return undefined;
  return { code: responseCode.noError, records: [] };
}
