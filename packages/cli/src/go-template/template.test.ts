import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parseJson } from '../format/inspect-template.ts';
import { parseTemplate } from './template.ts';
import { TemplateError } from './template-error.ts';

/** What Go's text/template with Docker's functions makes of a template and the data below. */
interface TemplateCase {
  readonly template: string;
  readonly output?: string;
  readonly error?: string;
}

const data = parseJson(
  '{"Name":"web","Int":42,"Float":2.5,"True":true,"False":false,"Nil":null,"Map":{"a":1,"b":{"c":"deep"}},"List":["a","b","c"],"Ints":[1,2],"Nested":[["x","y"],["z"]],"Empty":[],"EmptyMap":{},"Big":9007199254740993}',
);

const cases = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/go-templates.json'), 'utf8'),
) as TemplateCase[];

describe('templates give what Go gives', () => {
  for (const { template, output, error } of cases) {
    test(template, () => {
      if (error !== undefined) {
        assert.throws(
          () => parseTemplate(template).execute(data),
          (thrown) => {
            assert(thrown instanceof TemplateError);
            assert.equal(sameTypes(thrown.message), sameTypes(error));
            return true;
          },
        );
      } else
        assert.equal(sameTypes(parseTemplate(template).execute(data)), sameTypes(output ?? ''));
    });
  }
});

/** Lists of strings are their own type in Go; here a list is a list. */
function sameTypes(text: string): string {
  return text.replaceAll('[]string', '[]interface {}');
}
