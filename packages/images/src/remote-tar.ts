import { Readable } from 'node:stream';
import type { ImageContext } from './image-context.ts';
import type { ProgressSink } from './image-service.ts';
import { TransferLine } from './pull/transfer-line.ts';

/** A tar from an HTTP server, and how far it is. Fails before the first message when the server does not give it. */
export async function openRemoteTar(
  { registry }: Pick<ImageContext, 'registry'>,
  url: URL,
  { signal, progress }: { readonly signal: AbortSignal; readonly progress: ProgressSink },
): Promise<Readable> {
  const { body, size } = await registry.openFile(url, { signal });
  progress({ status: `Downloading from ${withoutCredentials(url)}` });
  const line = new TransferLine(undefined, progress);
  const total = size === undefined ? {} : { total: size };
  async function* told(): AsyncGenerator<Buffer> {
    let current = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      current += chunk.length;
      line.show({ status: 'Importing', current, ...total });
      yield chunk;
    }
  }
  return Readable.from(told(), { objectMode: false });
}

function withoutCredentials(url: URL): string {
  const shown = new URL(url);
  shown.username = '';
  shown.password = '';
  return shown.href;
}
