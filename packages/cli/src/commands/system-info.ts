import { apiVersion as newestApiVersion } from '@berth/engine-api/api-version.ts';
import type { CliContext } from '../cli-context.ts';
import { clientVersion } from '../client-version.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import { infoText } from '../format/info-text.ts';
import { parseJson } from '../format/inspect-template.ts';
import type { GoValue } from '../go-template/go-value.ts';
import { parseTemplate, type Template } from '../go-template/template.ts';
import { TemplateError } from '../go-template/template-error.ts';
import { infoView } from '../go-template/typed-view.ts';
import {
  type BadPlugin,
  type CliPlugin,
  isPlugin,
  listPlugins,
  pluginFolders,
} from '../plugins/cli-plugins.ts';
import { CommandError } from '../usage-error.ts';

/** `berth info`: the client's part is shown even when no daemon answers. */
export async function showInfo(context: CliContext, { flags }: Invocation): Promise<number> {
  const format = flags.string('format');
  const plugins = await listPlugins(pluginFolders(context.config, context.configFolder));
  const client = {
    Version: clientVersion,
    Context: context.endpoint.context,
    Debug: context.debug,
  };
  if (format !== '') {
    const host = { Os: process.platform, Arch: process.arch === 'x64' ? 'amd64' : process.arch };
    return printFormatted(context, format, {
      ...{ ...client, ...host, DefaultAPIVersion: newestApiVersion },
      ...{ Plugins: plugins.map(pluginRecord), Warnings: null },
    });
  }
  context.terminal.write(
    `Client:\n Version:    ${client.Version}\n Context:    ${client.Context}\n Debug Mode: ${client.Debug}\n${pluginText(plugins)}\nServer:\n`,
  );
  for (const plugin of plugins) {
    if (isPlugin(plugin)) continue;
    const path = JSON.stringify(plugin.path);
    context.terminal.warn(`WARNING: Plugin ${path} is not valid: ${plugin.problem}`);
  }
  const info = await context.engine.system.info();
  context.terminal.write(`${infoText(info)}\n`);
  for (const warning of info.Warnings ?? []) context.terminal.warn(warning);
  return 0;
}

function pluginText(found: readonly (CliPlugin | BadPlugin)[]): string {
  const rows = found.filter(isPlugin).map(({ name, summary, vendor, version, path }) => {
    const shown = version === '' ? '' : `    Version:  ${version}\n`;
    return `  ${name}: ${summary} (${vendor})\n${shown}    Path:     ${path}\n`;
  });
  return rows.length === 0 ? '' : ` Plugins:\n${rows.join('')}`;
}

/** A plug-in as templates see it. */
function pluginRecord(found: CliPlugin | BadPlugin): GoValue {
  const { name, path } = found;
  if (!isPlugin(found)) return { Name: name, Path: path, Err: found.problem };
  const { vendor, version, summary, url } = found;
  return {
    SchemaVersion: '0.1.0',
    ...{ Vendor: vendor, Version: version, ShortDescription: summary },
    ...(url === '' ? {} : { URL: url }),
    ...{ Name: name, Path: path },
  };
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
