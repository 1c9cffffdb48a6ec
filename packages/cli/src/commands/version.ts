import type { SystemVersion } from '@berth/engine-api';
import { apiVersion as newestApiVersion } from '@berth/engine-api/api-version.ts';
import type { CliContext } from '../cli-context.ts';
import { clientVersion } from '../client-version.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import { goDate } from '../format/go-date.ts';
import { alignTabs } from '../format/tab-writer.ts';
import { FieldStruct } from '../go-template/field-struct.ts';
import { GoNil, type GoValue } from '../go-template/go-value.ts';
import { parseTemplate, type Template } from '../go-template/template.ts';
import { TemplateError } from '../go-template/template-error.ts';
import { typedView } from '../go-template/typed-view.ts';
import { CommandError } from '../usage-error.ts';

/** The client's half of `berth version`. */
interface ClientVersion {
  readonly Version: string;
  readonly ApiVersion: string;
  readonly DefaultAPIVersion: string;
  readonly APIVersion: string;
  readonly GitCommit: string;
  readonly GoVersion: string;
  readonly NodeVersion: string;
  readonly Os: string;
  readonly Arch: string;
  readonly BuildTime: string;
  readonly Context: string;
}

/** `berth version`: the client is shown even when no daemon answers. */
export async function showVersion(context: CliContext, { flags }: Invocation): Promise<number> {
  const format = flags.string('format');
  const template = format === '' || format === 'json' ? undefined : parsed(format);
  let server: SystemVersion | undefined;
  let failure: unknown;
  try {
    server = await context.engine.system.version();
  } catch (error) {
    failure = error;
  }
  const client = await clientPart(context, server !== undefined);
  if (format === 'json')
    context.terminal.print(
      JSON.stringify({ Client: withoutAliases(client), Server: server ?? null }),
    );
  else if (template !== undefined) {
    const text = executed(template, versionInfo(client, server));
    context.terminal.print(typeof text === 'string' ? text : '');
    // That no daemon answered tells more than what the template misses for that.
    if (failure === undefined && typeof text !== 'string') throw new CommandError(text.message);
  } else context.terminal.write(versionText(client, server));
  if (failure !== undefined) throw failure;
  return 0;
}

function parsed(format: string): Template {
  try {
    return parseTemplate(format.replaceAll('\\t', '\t').replaceAll('\\n', '\n'), 'version');
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw new CommandError(`template parsing error: ${error.message}`, { exitCode: 64 });
  }
}

function executed(template: Template, data: GoValue): string | TemplateError {
  try {
    return template.execute(data);
  } catch (error) {
    if (error instanceof TemplateError) return error;
    throw error;
  }
}

async function clientPart(context: CliContext, connected: boolean): Promise<ClientVersion> {
  const version = connected ? await context.engine.apiVersion() : newestApiVersion;
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  return {
    Version: clientVersion,
    ApiVersion: version,
    DefaultAPIVersion: newestApiVersion,
    APIVersion: version,
    GitCommit: '',
    GoVersion: '',
    NodeVersion: process.version,
    Os: process.platform,
    Arch: arch,
    BuildTime: '',
    Context: context.endpoint.context,
  };
}

function withoutAliases({ APIVersion: _, ...rest }: ClientVersion): object {
  return rest;
}

function versionInfo(client: ClientVersion, server: SystemVersion | undefined): GoValue {
  return new FieldStruct('system.versionInfo', {
    Client: new FieldStruct('system.clientVersion', { ...client }),
    Server:
      server === undefined
        ? new GoNil('*types.Version')
        : typedView('version', server as unknown as GoValue),
  });
}

function versionText(client: ClientVersion, server: SystemVersion | undefined): string {
  const downgraded =
    client.ApiVersion === client.DefaultAPIVersion
      ? ''
      : ` (downgraded from ${client.DefaultAPIVersion})`;
  const lines = [
    'Client:',
    ` Version:\t${client.Version}`,
    ` API version:\t${client.ApiVersion}${downgraded}`,
    ` Node version:\t${client.NodeVersion}`,
    ` OS/Arch:\t${client.Os}/${client.Arch}`,
    ` Context:\t${client.Context}`,
  ];
  if (server !== undefined) lines.push('', ...serverLines(server));
  return alignTabs(`${lines.join('\n')}\n`, { minWidth: 20, padding: 1 });
}

function serverLines(server: SystemVersion): string[] {
  const name = server.Platform?.Name ? ` ${server.Platform.Name}` : '';
  const components = (server.Components ?? []).flatMap((component) => {
    const details = (component.Details ?? {}) as Readonly<Record<string, string>>;
    const shown = component.Name === 'Engine' ? engineLines(details) : otherLines(details);
    return [` ${component.Name}:`, `  Version:\t${component.Version}`, ...shown];
  });
  return [`Server:${name}`, ...components];
}

function engineLines(details: Readonly<Record<string, string>>): string[] {
  const lines = [
    `  API version:\t${details.ApiVersion} (minimum version ${details.MinAPIVersion})`,
  ];
  if (details.GoVersion) lines.push(`  Go version:\t${details.GoVersion}`);
  if (details.NodeVersion) lines.push(`  Node version:\t${details.NodeVersion}`);
  if (details.GitCommit) lines.push(`  Git commit:\t${details.GitCommit}`);
  if (details.BuildTime) lines.push(`  Built:\t${goDate(details.BuildTime)}`);
  lines.push(`  OS/Arch:\t${details.Os}/${details.Arch}`);
  if (details.Experimental) lines.push(`  Experimental:\t${details.Experimental}`);
  return lines;
}

function otherLines(details: Readonly<Record<string, string>>): string[] {
  return Object.keys(details)
    .sort()
    .map((key) => `  ${key}:\t${details[key]}`);
}
