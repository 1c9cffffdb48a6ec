import type { CliContext } from '../cli-context.ts';
import { clientVersion } from '../client-version.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import { infoText } from '../format/info-text.ts';
import { parseJson } from '../format/inspect-template.ts';
import type { GoValue } from '../go-template/go-value.ts';
import { parseTemplate, type Template } from '../go-template/template.ts';
import { TemplateError } from '../go-template/template-error.ts';
import { infoView } from '../go-template/typed-view.ts';
import { CommandError } from '../usage-error.ts';

/** `berth info`: the client's part is shown even when no daemon answers. */
export async function showInfo(context: CliContext, { flags }: Invocation): Promise<number> {
  const format = flags.string('format');
  const client = { Version: clientVersion, Context: context.endpoint.context, Debug: false };
  if (format !== '') return printFormatted(context, format, client);
  context.terminal.write(
    `Client:\n Version:    ${client.Version}\n Context:    ${client.Context}\n Debug Mode: ${client.Debug}\n\nServer:\n`,
  );
  const info = await context.engine.system.info();
  context.terminal.write(infoText(info));
  for (const warning of info.Warnings ?? []) context.terminal.warn(warning);
  return 0;
}

async function printFormatted(
  context: CliContext,
  format: string,
  client: Readonly<Record<string, GoValue>>,
): Promise<number> {
  const template = parsed(format === 'json' ? '{{json .}}' : format);
  const raw = parseJson(await context.engine.text('GET', '/info'));
  try {
    context.terminal.print(template.execute(infoView(raw, client)));
    return 0;
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    context.terminal.print('');
    throw new CommandError(error.message);
  }
}

function parsed(format: string): Template {
  try {
    return parseTemplate(format);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw new CommandError(`template parsing error: ${error.message}`, { exitCode: 64 });
  }
}
