import { ValueError } from '../usage-error.ts';

const forms = [
  /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}(?:(?::[0-9a-f]{2}){2}|(?::[0-9a-f]{2}){14})?$/i,
  /^[0-9a-f]{2}(?:-[0-9a-f]{2}){5}(?:(?:-[0-9a-f]{2}){2}|(?:-[0-9a-f]{2}){14})?$/i,
  /^[0-9a-f]{4}(?:\.[0-9a-f]{4}){2}(?:\.[0-9a-f]{4}|(?:\.[0-9a-f]{4}){7})?$/i,
];

/** Throws ValueError unless the text is a hardware address of 6, 8 or 20 bytes. */
export function checkMacAddress(text: string): void {
  if (forms.some((form) => form.test(text.trim()))) return;
  throw new ValueError(`${text} is not a valid mac address`);
}
