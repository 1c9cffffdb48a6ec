import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import { eraseLogins } from '../credentials/credential-store.ts';
import { defaultServer, serverHost } from '../credentials/registry-login.ts';

/** `berth logout`; that there is nothing to forget is no failure. */
export async function logout(context: CliContext, { args }: Invocation): Promise<number> {
  const { config, configFolder, terminal } = context;
  const given = args[0] ?? '';
  const isDefault = given === '' || given === 'docker.io' || given === defaultServer;
  const host = isDefault ? defaultServer : serverHost(given);
  // Older clients kept logins under whole URLs.
  const names = isDefault
    ? [defaultServer]
    : [...new Set([given, host, `http://${host}`, `https://${host}`])];
  terminal.print(`Removing login credentials for ${host}`);
  const failures = eraseLogins(config, configFolder, names);
  if (failures.size < names.length) return 0;
  terminal.warn('WARNING: could not erase credentials:');
  for (const [name, error] of failures) terminal.warn(`${name}: ${error.message}`);
  return 0;
}
