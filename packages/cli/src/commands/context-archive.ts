import { createReadStream, writeFileSync } from 'node:fs';
import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import {
  maxArchiveBytes,
  readContextArchive,
  writeContextArchive,
} from '../contexts/context-archive.ts';
import { ContextStore, checkNewContextName } from '../contexts/context-store.ts';
import { defaultEndpoint } from '../contexts/default-context.ts';
import { CommandError } from '../usage-error.ts';

/** `berth context export` */
export async function exportContext(
  context: CliContext,
  { args: [name = '', file = `${name}.dockercontext`] }: Invocation,
): Promise<number> {
  if (file === '-' && context.terminal.outputIsTerminal) {
    throw new CommandError('cowardly refusing to export to a terminal, specify a file path');
  }
  const archive = writeContextArchive(archiveOf(context, name));
  if (file === '-') {
    context.terminal.output.write(archive);
    return 0;
  }
  try {
    writeFileSync(file, archive, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      throw new CommandError(`open ${file}: file exists`);
    }
    throw new CommandError((error as Error).message, { cause: error });
  }
  context.terminal.warn(`Written file ${JSON.stringify(file)}`);
  return 0;
}

/** `berth context import` */
export async function importContext(
  context: CliContext,
  { args: [name = '', file = ''] }: Invocation,
): Promise<number> {
  const store = new ContextStore(context.configFolder);
  checkNewContextName(store, name);
  const { context: stored, tls } = readContextArchive(await readLimited(context, file));
  store.write({ ...stored, Name: name }, tls);
  context.terminal.print(name);
  context.terminal.warn(`Successfully imported context ${JSON.stringify(name)}`);
  return 0;
}

function archiveOf(context: CliContext, name: string) {
  if (name === 'default') {
    const { endpoint, tls } = defaultEndpoint(context);
    return { context: { Name: name, Metadata: {}, Endpoints: { docker: endpoint } }, tls };
  }
  const store = new ContextStore(context.configFolder);
  return { context: store.read(name), tls: store.readTls(name) };
}

async function readLimited(context: CliContext, file: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of file === '-' ? context.terminal.input : createReadStream(file)) {
      chunks.push(chunk as Buffer);
      length += (chunk as Buffer).length;
      if (length > maxArchiveBytes) break;
    }
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const text = missing ? `open ${file}: no such file or directory` : (error as Error).message;
    throw new CommandError(text, { cause: error });
  }
  if (length > maxArchiveBytes) {
    throw new CommandError(`the archive of a context may have ${maxArchiveBytes} bytes at most`);
  }
  return Buffer.concat(chunks);
}
