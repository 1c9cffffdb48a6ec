import type { Platform } from './platform.ts';

const systemAliases: Readonly<Record<string, string>> = { macos: 'darwin' };

const armVariants: Readonly<Record<string, string>> = {
  '': 'v7',
  '5': 'v5',
  '6': 'v6',
  '7': 'v7',
  '8': 'v8',
};

export function normalizeOs(os: string): string {
  const lower = os.toLowerCase();
  return systemAliases[lower] ?? lower;
}

/** One spelling per architecture; a variant that is the architecture's base is dropped. */
export function normalizeArchitecture(
  architecture: string,
  variant = '',
): { readonly architecture: string; readonly variant?: string } {
  const name = architecture.toLowerCase();
  const kind = variant.toLowerCase();
  switch (name) {
    case 'i386':
      return { architecture: '386' };
    case 'x86_64':
    case 'x86-64':
    case 'amd64':
      return kind === '' || kind === 'v1'
        ? { architecture: 'amd64' }
        : { architecture: 'amd64', variant: kind };
    case 'aarch64':
    case 'arm64':
      return kind === '' || kind === '8' || kind === 'v8' || kind === 'v8.0'
        ? { architecture: 'arm64' }
        : { architecture: 'arm64', variant: /^\d/.test(kind) ? `v${kind}` : kind };
    case 'armhf':
      return { architecture: 'arm', variant: 'v7' };
    case 'armel':
      return { architecture: 'arm', variant: 'v6' };
    case 'arm':
      return { architecture: 'arm', variant: armVariants[kind] ?? kind };
    default:
      return kind === '' ? { architecture: name } : { architecture: name, variant: kind };
  }
}

export function normalizePlatform(platform: Platform): Platform {
  const { variant: _variant, ...rest } = platform;
  return {
    ...rest,
    os: normalizeOs(platform.os),
    ...normalizeArchitecture(platform.architecture, platform.variant),
  };
}

/** `os/arch[/variant]`. */
export function formatPlatform(platform: Platform): string {
  const parts = [platform.os || 'unknown', platform.architecture];
  if (platform.variant !== undefined && platform.variant !== '') parts.push(platform.variant);
  return parts.filter((part) => part !== '').join('/');
}
