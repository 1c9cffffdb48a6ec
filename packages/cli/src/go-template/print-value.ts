import {
  GoFloat,
  type GoMap,
  GoNil,
  GoStruct,
  type GoValue,
  kindOf,
  sortedEntries,
} from './go-value.ts';

/** A value as Go's `%v` prints it; `names` adds the field names of structs (`%+v`). */
export function printValue(value: GoValue, names = false, depth = 0): string {
  switch (kindOf(value)) {
    case 'invalid':
    case 'nil':
      return value instanceof GoNil ? printNil(value.typeName) : '<nil>';
    case 'float':
      return formatFloat(value instanceof GoFloat ? value.value : (value as number));
    case 'slice':
      return `[${(value as readonly GoValue[]).map((item) => printValue(item, names, depth + 1)).join(' ')}]`;
    case 'map': {
      const entries = sortedEntries(value as GoMap);
      return `map[${entries.map(([key, item]) => `${key}:${printValue(item, names, depth + 1)}`).join(' ')}]`;
    }
    case 'struct':
      return printStruct(value as GoStruct, names, depth);
    default:
      return String(value);
  }
}

function printNil(typeName: string): string {
  if (typeName.startsWith('[]')) return '[]';
  return typeName.startsWith('map[') ? 'map[]' : '<nil>';
}

function printStruct(value: GoStruct, names: boolean, depth: number): string {
  const own = value.printed();
  if (own !== undefined) return own;
  if (value.isPointer && depth > 0) return '0xc000000000';
  const fields = [...value.fields()].map(([name, field]) => {
    const text = printValue(field, names, depth + 1);
    return names ? `${name}:${text}` : text;
  });
  return `${value.isPointer ? '&' : ''}{${fields.join(' ')}}`;
}

/** A value as `{{.}}` prints it: a pointer's target, and `<no value>` for nothing. */
export function printResult(value: GoValue): string {
  if (kindOf(value) === 'invalid') return '<no value>';
  const text = printValue(value);
  return value instanceof GoStruct && value.isPointer ? text.replace(/^&/, '') : text;
}

/** A float64 in Go's shortest form: `%!v` uses `%g` with an exponent from 21 digits on. */
export function formatFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const exponent = Number(value.toExponential().split('e')[1]);
  if (exponent >= -4 && exponent < 21) return plainDecimal(value);
  const [mantissa, power = '+0'] = value.toExponential().split('e');
  return `${mantissa}e${power[0]}${power.slice(1).padStart(2, '0')}`;
}

function plainDecimal(value: number): string {
  const text = String(value);
  if (!text.includes('e')) return text;
  return value.toFixed(20).replace(/\.?0+$/, '');
}
