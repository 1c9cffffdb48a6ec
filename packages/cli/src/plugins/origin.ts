import { existsSync } from 'node:fs';
import path from 'node:path';

/** The variable that tells a plug-in how the command line it belongs to is started. */
export function origin(): Readonly<Record<string, string>> {
  return { DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND: launcher(process.argv[1] ?? '') };
}

/** The program `berth` above this file, which can be started as it is; its bare name where there is none. */
function launcher(script: string): string {
  for (let folder = path.dirname(script); folder !== path.dirname(folder); ) {
    const program = path.join(folder, 'bin/berth');
    if (existsSync(program)) return program;
    folder = path.dirname(folder);
  }
  return 'berth';
}
