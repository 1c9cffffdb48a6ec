import {
  GoFloat,
  type GoMap,
  type GoStruct,
  type GoValue,
  kindOf,
  sortedEntries,
} from './go-value.ts';

/** A value as compact JSON the way Go encodes it: map keys sorted, struct fields in order. */
export function goJson(value: GoValue): string {
  switch (kindOf(value)) {
    case 'invalid':
    case 'nil':
      return 'null';
    case 'string':
      return goJsonString(value as string);
    case 'float':
      return goJsonFloat(value instanceof GoFloat ? value.value : (value as number));
    case 'slice':
      return `[${(value as readonly GoValue[]).map(goJson).join(',')}]`;
    case 'map':
      return objectJson(sortedEntries(value as GoMap));
    case 'struct':
      return (value as GoStruct).jsonText ?? objectJson([...(value as GoStruct).jsonFields()]);
    default:
      return String(value);
  }
}

function objectJson(entries: readonly (readonly [string, GoValue])[]): string {
  return `{${entries.map(([key, item]) => `${goJsonString(key)}:${goJson(item)}`).join(',')}}`;
}

/** A JSON string as Go writes it without HTML escaping: line separators are escaped. */
export function goJsonString(text: string): string {
  return JSON.stringify(text)
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029')
    .replaceAll('\\ud', '\\ufffd\\ud')
    .replace(/\\ufffd\\ud[0-9a-f]{3}/g, '\\ufffd');
}

function goJsonFloat(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-6 || size >= 1e21)) {
    return value
      .toExponential()
      .replace(/e([+-])0?(\d)$/, 'e$10$2')
      .replace('e-0', 'e-0');
  }
  return String(value);
}
