/** A template that cannot be parsed or executed; the text is Go's. */
export class TemplateError extends Error {
  constructor(text: string) {
    super(text);
    this.name = 'TemplateError';
  }
}
