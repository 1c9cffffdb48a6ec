import type { ErrorTable } from '../error-definition.ts';

/** Errors raised by the images package, and by the parsers of references and platforms. */
export const imagesErrors = {
  'images.invalid-reference': { kind: 'invalid-argument', message: '{reason}' },
  'images.invalid-platform': {
    kind: 'invalid-argument',
    message: '{reason}',
    hint: 'A platform is os/arch[/variant], for example linux/arm64.',
  },
  'images.not-found': {
    kind: 'not-found',
    message: 'No such image: {image}',
    hint: 'See the images that exist with "berth images".',
  },
  'images.ambiguous': {
    kind: 'not-found',
    message: 'ambiguous reference: several images have an ID that starts with {prefix}',
    hint: 'Give more digits of the ID.',
  },
  'images.platform-mismatch': {
    kind: 'not-found',
    message:
      'image with reference {image} was found but does not match the specified platform: wanted {wanted}, actual: {actual}',
    hint: 'Leave out --platform, or load the image for that platform.',
  },
  'images.platform-missing': {
    kind: 'not-found',
    message:
      'image with reference {image} was found but does not provide the specified platform ({wanted})',
    hint: 'Pull or load the image for that platform.',
  },
  'images.archive-platform-missing': {
    kind: 'not-found',
    message:
      'the archive does not provide the specified platform ({wanted}): it has images for {present}',
    hint: 'Leave out --platform, or name a platform that the archive has.',
  },
  'images.no-content': {
    kind: 'not-found',
    message: 'image {image} has no platform whose content is present',
    hint: 'Pull or load the image again.',
  },
  'images.not-runnable': {
    kind: 'failed-precondition',
    message: '{image} is an artifact ({type}), not a container image',
  },
  'images.base-missing': {
    kind: 'not-found',
    message:
      'image {image}, which the container was made from, is not in the store any more ({digest})',
    hint: 'Pull or load that image again, or use "export" and "import".',
  },
  'images.no-registry': {
    kind: 'not-found',
    message:
      'blob {digest} belongs to no image with a name, so that no registry can be asked for it',
    hint: 'Load or pull the image again.',
  },
  'images.conflict': {
    kind: 'conflict',
    message: 'conflict: unable to delete {image} ({force}) - {reason}',
  },
  'images.untag-digest': {
    kind: 'invalid-argument',
    message: 'refusing to create a tag with a digest reference',
  },
  'images.id-as-name': {
    kind: 'invalid-argument',
    message: 'refusing to create an ambiguous tag using digest algorithm as name',
  },
  'images.invalid-filter': { kind: 'invalid-argument', message: "invalid filter '{filter}'" },
  'images.prune-running': {
    kind: 'conflict',
    message: 'a prune operation is already running',
  },
  'images.collection-blocked': {
    kind: 'data-loss',
    message:
      'no space was reclaimed, because an image is damaged and what it needs is not known: {reason}',
    hint: '"berth system check" names the image; "berth system check --repair" or removing it lets space be reclaimed again.',
  },
  'images.invalid-change': { kind: 'invalid-argument', message: '{reason}' },
  'images.invalid-manifest': {
    kind: 'invalid-argument',
    message: 'invalid image manifest: {reason}',
  },
  'images.invalid-config': {
    kind: 'invalid-argument',
    message: 'invalid image configuration: {reason}',
  },
  'images.invalid-archive': {
    kind: 'invalid-argument',
    message: 'invalid image archive: {reason}',
    hint: 'An archive made by "save" or an OCI image layout in a tar is expected. Nothing of it was kept.',
  },
  'images.not-an-archive': {
    kind: 'invalid-argument',
    message: 'unrecognized image format',
    hint: 'An archive made by "save" or an OCI image layout in a tar is expected; use "import" for the tar of a root file system.',
  },
  'images.empty-import': {
    kind: 'invalid-argument',
    message: 'the archive to import is empty',
    hint: 'Give the tar of a root file system, plain or compressed with gzip, zstd, xz or bzip2.',
  },
  'images.layer-mismatch': {
    kind: 'invalid-argument',
    message:
      'wrong diff id calculated on extraction: layer {layer} is {actual}, its image says {expected}',
    hint: 'The archive was damaged or changed. Nothing of it was kept.',
  },
  'images.no-matching-manifest': {
    kind: 'not-found',
    message: 'no matching manifest for {platform} in the manifest list entries of {image}',
    hint: 'The image is not made for this platform; choose another with --platform.',
  },
  'images.schema1': {
    kind: 'invalid-argument',
    message:
      '{image} is in the image manifest format version 2, schema 1, which is no longer supported',
    hint: 'Ask its author to push it again with a current tool, or convert it with "skopeo copy --format oci".',
  },
  'images.foreign-layer': {
    kind: 'invalid-argument',
    message:
      'layer {layer} of {image} is a foreign layer ({type}): registries do not hold its content',
  },
  'images.unsupported-type': {
    kind: 'invalid-argument',
    message: 'unsupported media type {type} of {what}',
  },
  'images.push-digest': { kind: 'invalid-argument', message: 'cannot push a digest reference' },
  'images.no-tags-to-push': {
    kind: 'not-found',
    message: 'An image does not exist locally with the tag: {repository}',
    hint: 'See the images that exist with "berth images"; give one the name with "berth tag".',
  },
  'images.tag-missing': {
    kind: 'not-found',
    message: 'tag does not exist: {image}',
    hint: 'See the tags that exist with "berth images".',
  },
  'images.push-incomplete': {
    kind: 'not-found',
    message:
      'content {digest} of {image} is neither here nor in the registry: not all platforms of the image are present',
    hint: 'Pull the missing platforms, or push one platform with --platform.',
  },
} as const satisfies ErrorTable;
