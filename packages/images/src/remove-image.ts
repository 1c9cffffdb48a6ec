import type { ImageDeleteResponseItem } from '@berth/engine-api';
import { engineError } from '@berth/errors';
import { type Descriptor, type Digest, encodedOf, parseReference } from '@berth/oci';
import { type ImageContext, publishImageEvent } from './image-context.ts';
import { labelsOf } from './image-labels.ts';
import { type FoundImage, familiarRecordName, findImage } from './image-lookup.ts';
import { type ImageRecord, isDangling } from './image-record.ts';

/**
 * Removes a name, and with the last one the image. By ID all names of one repository go at once. A
 * running container always keeps its image; a stopped one, or names in several repositories, give way
 * to `force`. Fails with images.not-found or images.conflict.
 */
export async function removeImage(
  context: ImageContext,
  name: string,
  options: { readonly force?: boolean } = {},
): Promise<ImageDeleteResponseItem[]> {
  const found = findImage(context.records, name);
  const force = options.force === true;
  const all = context.records.withTarget(found.id);
  const chosen = chosenRecords(found, all, name);
  if (found.by === 'name' && chosen.length < all.length) {
    return await untag(context, found.record.target, chosen);
  }
  if (found.by === 'id' && !force) checkRepositories(found.id, all);
  const users = context.users().usersOf(found.id);
  const user = users[0];
  if (found.by === 'name' && user !== undefined) {
    if (!force) {
      throw conflict(
        familiarRecordName(found.record) ?? found.id,
        'must be forced',
        `container ${shortId(user.containerId)} is using its referenced image ${imageShortId(found.id)}`,
      );
    }
    return await untag(context, found.record.target, chosen);
  }
  checkContainers(found.id, users, force);
  return await deleteImage(context, found.record.target, all);
}

/** Removes all names and what nothing else needs. The caller has checked for conflicts. */
export async function deleteImage(
  context: ImageContext,
  target: Descriptor,
  all: readonly ImageRecord[],
): Promise<ImageDeleteResponseItem[]> {
  const id = target.digest;
  const labels = await labelsOf(context, target);
  context.records.remove(all.map((record) => record.name));
  context.faultPoint('image.forgotten');
  const untagged = all.map(familiarRecordName).filter((text) => text !== undefined);
  for (const text of untagged) {
    publishImageEvent(context, { action: 'untag', id, name: text, labels });
  }
  publishImageEvent(context, { action: 'delete', id, labels });
  await context.index.publish();
  context.faultPoint('image.unlisted');
  await context.collector.collect();
  await context.index.refresh();
  return [...untagged.map((text) => ({ Untagged: text })), { Deleted: id }];
}

/** By name: that name, or with a digest all names of the repository. By ID: all. */
function chosenRecords(
  found: FoundImage,
  all: readonly ImageRecord[],
  name: string,
): readonly ImageRecord[] {
  if (found.by === 'id') return all;
  const reference = parseReference(name);
  if (reference.digest === undefined) return [found.record];
  return all.filter((record) => {
    if (isDangling(record)) return false;
    const other = parseReference(record.name);
    return other.domain === reference.domain && other.path === reference.path;
  });
}

/** Removes names; an image in use that has no other name stays under its dangling one. */
async function untag(
  context: ImageContext,
  target: Descriptor,
  records: readonly ImageRecord[],
): Promise<ImageDeleteResponseItem[]> {
  const labels = await labelsOf(context, target);
  context.records.remove(
    records.map((record) => record.name),
    { target, now: context.clock.now() },
  );
  const names = records.map(familiarRecordName).filter((text) => text !== undefined);
  for (const name of names) {
    publishImageEvent(context, { action: 'untag', id: target.digest, name, labels });
  }
  await context.index.publish();
  return names.map((text) => ({ Untagged: text }));
}

/** By ID an image goes without force only while it has one repository with one tag. */
function checkRepositories(id: Digest, all: readonly ImageRecord[]): void {
  const references = all
    .filter((record) => !isDangling(record))
    .map(({ name }) => parseReference(name));
  const repositories = new Set(references.map(({ domain, path }) => `${domain}/${path}`));
  const tags = new Set(references.map(({ tag }) => tag).filter((tag) => tag !== undefined));
  if (repositories.size <= 1 && tags.size <= 1) return;
  throw conflict(
    imageShortId(id),
    'must be forced',
    'image is referenced in multiple repositories',
  );
}

/** Fails with images.conflict while containers use the image. */
export function checkContainers(
  id: Digest,
  users: readonly { readonly containerId: string; readonly running: boolean }[],
  force: boolean,
): void {
  const running = users.find((user) => user.running);
  if (running !== undefined) {
    const reason = `image is being used by running container ${shortId(running.containerId)}`;
    throw conflict(imageShortId(id), 'cannot be forced', reason);
  }
  const stopped = users[0];
  if (stopped !== undefined && !force) {
    const reason = `image is being used by stopped container ${shortId(stopped.containerId)}`;
    throw conflict(imageShortId(id), 'must be forced', reason);
  }
}

function conflict(
  image: string,
  force: 'must be forced' | 'cannot be forced',
  reason: string,
): Error {
  return engineError('images.conflict', { image, force, reason });
}

function shortId(id: string): string {
  return id.slice(0, 12);
}

function imageShortId(id: Digest): string {
  return shortId(encodedOf(id));
}
