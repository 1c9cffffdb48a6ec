import { engineError } from '@berth/errors';
import { formatReference, parseReference, withDefaultTag } from '@berth/oci';

/** The full name that a new image gets. Fails with images.invalid-reference; a digest cannot be chosen. */
export function newImageName(reference: string): string {
  const parsed = parseReference(reference);
  if (parsed.digest !== undefined) {
    throw engineError('images.invalid-reference', { reason: 'cannot import digest reference' });
  }
  return formatReference(withDefaultTag(parsed));
}
