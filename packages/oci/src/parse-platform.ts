import { engineError } from '@berth/errors';
import { normalizeArchitecture, normalizeOs } from './normalize-platform.ts';
import type { Platform } from './platform.ts';

const component = /^[A-Za-z0-9_.-]+$/;

const knownSystems = new Set(
  'aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris windows zos'.split(
    ' ',
  ),
);

const knownArchitectures = new Set(
  '386 amd64 amd64p32 arm armbe arm64 arm64be loong64 mips mipsle mips64 mips64le mips64p32 mips64p32le ppc ppc64 ppc64le riscv riscv64 s390 s390x sparc sparc64 wasm'.split(
    ' ',
  ),
);

/**
 * Parses `os`, `arch`, `os/arch` or `os/arch/variant` and normalises the spelling. What is not said is
 * taken from `host`. Fails with images.invalid-platform.
 */
export function parsePlatform(text: string, host: Platform): Platform {
  if (text.includes('*')) throw invalid(`"${text}": wildcards not yet supported`);
  const parts = text.split('/');
  for (const part of parts) {
    if (!component.test(part)) {
      throw invalid(
        `"${part}" is an invalid component of "${text}": platform specifier component must match "${component.source}"`,
      );
    }
  }
  const [first = '', second, third, ...rest] = parts;
  if (rest.length > 0) throw invalid(`"${text}": cannot parse platform specifier`);
  if (second !== undefined) {
    return { os: normalizeOs(first), ...normalizeArchitecture(second, third) };
  }
  if (knownSystems.has(normalizeOs(first))) {
    const { architecture, variant } = host;
    return { os: normalizeOs(first), architecture, ...(variant === undefined ? {} : { variant }) };
  }
  const architecture = normalizeArchitecture(first);
  if (knownArchitectures.has(architecture.architecture)) return { os: host.os, ...architecture };
  throw invalid(`"${text}": unknown operating system or architecture`);
}

function invalid(reason: string): Error {
  return engineError('images.invalid-platform', { reason });
}
