import { engineError } from '@berth/errors';
import {
  familiarName,
  familiarString,
  formatReference,
  parseReference,
  withDefaultTag,
} from '@berth/oci';
import { type ImageContext, publishImageEvent } from './image-context.ts';
import { labelsOf } from './image-labels.ts';
import { findImage } from './image-lookup.ts';

/** Gives the image another name; a name that another image had is taken from it. */
export async function tagImage(
  context: ImageContext,
  source: string,
  target: string,
): Promise<void> {
  const reference = parseReference(target);
  if (reference.digest !== undefined) throw engineError('images.untag-digest', {});
  if (familiarName(reference) === 'sha256') throw engineError('images.id-as-name', {});
  const { record, id } = findImage(context.records, source);
  const tagged = withDefaultTag(reference);
  context.records.assign(
    [{ name: formatReference(tagged), target: record.target }],
    context.clock.now(),
  );
  await context.index.publish();
  const labels = await labelsOf(context, record.target);
  publishImageEvent(context, { action: 'tag', id, name: familiarString(tagged), labels });
}
