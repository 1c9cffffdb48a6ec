import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder that holds `native/`: the top of the checkout or installation, from sources and bundle alike. */
export function installationRoot(start = import.meta.dirname): string {
  for (let folder = start; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, 'native')) && existsSync(join(folder, 'package.json')))
      return folder;
  }
  throw new Error(`no installation of Berth above ${start}`);
}
