import { normalizeArchitecture } from './normalize-platform.ts';
import type { Platform } from './platform.ts';

const architectures: Readonly<Record<string, string>> = {
  x64: 'amd64',
  ia32: '386',
  loong64: 'loong64',
  mipsel: 'mipsle',
  riscv64: 'riscv64',
  s390x: 's390x',
  ppc64: 'ppc64le',
};

/** The platform of this process; `architecture` as `process.arch` or uname(2) spells it. */
export function hostPlatform(architecture: string): Platform {
  return { os: 'linux', ...normalizeArchitecture(architectures[architecture] ?? architecture) };
}
