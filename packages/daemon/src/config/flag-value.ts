import { engineError } from '@berth/errors';
import { parseByteSize } from './byte-size.ts';
import type { AddressPool, OptionType, UlimitValue } from './option-definition.ts';

const trueWords = ['1', 't', 'T', 'TRUE', 'true', 'True'];
const falseWords = ['0', 'f', 'F', 'FALSE', 'false', 'False'];

/**
 * Reads the text of a flag. Flags that may be repeated give the value so far, which is added to.
 * A text that cannot be read is daemon.invalid-flag with dockerd's wording.
 */
export function readFlagValue(
  flag: string,
  type: OptionType,
  text: string,
  previous: unknown,
): unknown {
  const fail = (reason: string) =>
    engineError('daemon.invalid-flag', { value: text, flag, reason });
  switch (type) {
    case 'string':
      return text;
    case 'boolean':
      if (trueWords.includes(text)) return true;
      if (falseWords.includes(text)) return false;
      throw fail(`strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`);
    case 'integer':
      if (!/^[+-]?\d{1,15}$/.test(text)) {
        throw fail(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
      }
      return Number(text);
    case 'bytes': {
      const bytes = parseByteSize(text);
      if (bytes === undefined) throw fail(`invalid size: '${text}'`);
      return bytes;
    }
    case 'list':
      return [...((previous as string[] | undefined) ?? []), text];
    case 'pools':
      return [...((previous as AddressPool[] | undefined) ?? []), readPool(text, fail)];
    default:
      return { ...(previous as object | undefined), ...readEntry(type, text, fail) };
  }
}

type Fail = (reason: string) => Error;

function readEntry(
  type: 'map' | 'switches' | 'ulimits' | 'runtimes' | 'object',
  text: string,
  fail: Fail,
): object {
  const equals = text.indexOf('=');
  const [name, value] = equals < 0 ? [text, ''] : [text.slice(0, equals), text.slice(equals + 1)];
  if (name === '') throw fail('the name before "=" is missing');
  if (type === 'map') return { [name]: value };
  if (type === 'switches') return { [name]: value === '' || trueWords.includes(value) };
  if (value === '') throw fail(`invalid argument: ${name} (expected name=value)`);
  if (type === 'runtimes') return { [name]: { path: value } };
  return { [name]: readUlimit(name, value, fail) };
}

function readUlimit(name: string, value: string, fail: Fail): UlimitValue {
  const parts = /^(-1|\d{1,15})(?::(-1|\d{1,15}))?$/.exec(value);
  if (parts === null) throw fail(`invalid ulimit argument: ${name}=${value}`);
  const soft = Number(parts[1]);
  const hard = parts[2] === undefined ? soft : Number(parts[2]);
  if (hard !== -1 && (soft > hard || soft === -1)) {
    throw fail(`ulimit soft limit must be less than or equal to hard limit: ${soft} > ${hard}`);
  }
  return { Name: name, Hard: hard, Soft: soft };
}

function readPool(text: string, fail: Fail): AddressPool {
  const fields = new Map(
    text.split(',').map((field) => {
      const [key = '', value = ''] = field.split('=', 2);
      return [key.trim().toLowerCase(), value.trim()];
    }),
  );
  const [base, size] = [fields.get('base'), Number(fields.get('size'))];
  if (base === undefined || base === '' || !Number.isInteger(size)) {
    throw fail('expected base=CIDR,size=PREFIX_LENGTH');
  }
  return { base, size };
}
