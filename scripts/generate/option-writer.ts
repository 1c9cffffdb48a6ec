import type { OptionDefinition } from '../../packages/daemon/src/config/option-definition.ts';
import {
  flagOf,
  type OptionKey,
  optionKeys,
  optionOf,
} from '../../packages/daemon/src/config/option-table.ts';
import { refusals } from '../../packages/daemon/src/config/refused-options.ts';

/** The page of all options of the daemon, from its option table. */
export function writeOptions(): string {
  const sorted = optionKeys.toSorted();
  const supported = sorted.filter((key) => !optionOf(key).unsupported);
  const refused = sorted.filter((key) => optionOf(key).unsupported);
  return [
    '# Options of the daemon',
    '',
    "Made from the daemon's option table by `npm run generate`. [The daemon](../daemon.md) says how flags and `daemon.json` go",
    'together.',
    '',
    '| key in `daemon.json` | flag | default | |',
    '| --- | --- | --- | --- |',
    ...supported.map(row),
    '',
    '¹ taken over on SIGHUP. Where no key is named, the option is a flag only.',
    '',
    '## Refused',
    '',
    'Options of dockerd that are answered with "not implemented" when they are set to anything but their default:',
    '',
    '| key in `daemon.json` | flag | default | | why |',
    '| --- | --- | --- | --- | --- |',
    ...refused.map((key) => `${row(key)} ${refusals[key] ?? ''} |`),
    '',
  ].join('\n');
}

function row(key: OptionKey): string {
  const definition = optionOf(key);
  const { help, inFile, reloadable } = definition;
  const name = inFile === false ? '' : `\`${key}\`${reloadable ? '¹' : ''}`;
  const text = help.replaceAll('|', '\\|').replaceAll('<', '&lt;');
  return `| ${name} | ${flagText(key)} | ${fallbackText(definition)} | ${text} |`;
}

function flagText(key: OptionKey): string {
  const flag = flagOf(key);
  if (flag === undefined) return '';
  const { short } = optionOf(key);
  return `\`${short === undefined ? '' : `-${short}, `}--${flag}\``;
}

function fallbackText({ type, default: fallback }: OptionDefinition): string {
  if (fallback === '') return '';
  if (type === 'bytes') return `\`${Number(fallback) / 1024 ** 2}m\``;
  if (Array.isArray(fallback)) return fallback.map((item) => `\`${String(item)}\``).join(', ');
  return typeof fallback === 'object' ? '' : `\`${String(fallback)}\``;
}
