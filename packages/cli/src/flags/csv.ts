import { ValueError } from '../usage-error.ts';

/** The fields of one CSV record, with quoted fields and doubled quotes (RFC 4180). */
export function parseCsvRecord(text: string): string[] {
  if (text === '') throw new ValueError('EOF');
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    if (text[at] === '"') {
      const [field, after] = quotedField(text, at);
      fields.push(field);
      at = after;
    } else {
      const comma = text.indexOf(',', at);
      const field = text.slice(at, comma < 0 ? text.length : comma);
      const quote = field.indexOf('"');
      if (quote >= 0) {
        const column = at + quote + 1;
        throw new ValueError(`parse error on line 1, column ${column}: bare " in non-quoted-field`);
      }
      fields.push(field);
      at += field.length;
    }
    if (at >= text.length) return fields;
    at += 1;
  }
}

function quotedField(text: string, start: number): [string, number] {
  let field = '';
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) {
      const column = text.length + 1;
      throw new ValueError(
        `parse error on line 1, column ${column}: extraneous or missing " in quoted-field`,
      );
    }
    field += text.slice(at, quote);
    if (text[quote + 1] === '"') {
      field += '"';
      at = quote + 2;
      continue;
    }
    if (quote + 1 < text.length && text[quote + 1] !== ',') {
      throw new ValueError(
        `parse error on line 1, column ${quote + 1}: extraneous or missing " in quoted-field`,
      );
    }
    return [field, quote + 1];
  }
}
