/** What a container gets for a device (Container Device Interface, SPEC.md, containerEdits). */
export interface CdiEdits {
  readonly env: readonly string[];
  readonly deviceNodes: readonly CdiDeviceNode[];
  readonly mounts: readonly CdiMount[];
  readonly hooks: readonly CdiHook[];
  readonly additionalGids: readonly number[];
}

export interface CdiDeviceNode {
  readonly path: string;
  readonly hostPath: string;
  readonly permissions: string;
  readonly uid?: number;
  readonly gid?: number;
  readonly fileMode?: number;
}

export interface CdiMount {
  readonly hostPath: string;
  readonly containerPath: string;
  readonly type?: string;
  readonly options: readonly string[];
}

export interface CdiHook {
  readonly hookName: string;
  readonly path: string;
  readonly args?: readonly string[];
  readonly env?: readonly string[];
  readonly timeout?: number;
}

export interface CdiSpec {
  /** `vendor.com/class` */
  readonly kind: string;
  readonly devices: Readonly<Record<string, CdiEdits>>;
  /** For every device of the specification. */
  readonly edits: CdiEdits;
}

const hookNames = [
  'prestart',
  'createRuntime',
  'createContainer',
  'startContainer',
  'poststart',
  'poststop',
];
const kindShape = /^[A-Za-z][A-Za-z0-9_.-]*\/[A-Za-z][A-Za-z0-9_-]*$/;
const nameShape = /^[A-Za-z0-9][A-Za-z0-9_.:-]*$/;
/** Members that change what this version cannot change: to leave them out would be to give something else. */
const beyondUs = ['intelRdt', 'netDevices'];

type Json = Readonly<Record<string, unknown>>;

/** The specification in a parsed document; throws an Error that says what is wrong with it. */
export function readCdiSpec(document: unknown): CdiSpec {
  const spec = objectOf(document, 'the document');
  textOf(spec.cdiVersion, 'cdiVersion');
  const kind = textOf(spec.kind, 'kind');
  if (!kindShape.test(kind)) throw new Error(`kind "${kind}" is not VENDOR/CLASS`);
  const devices: Record<string, CdiEdits> = {};
  for (const item of listOf(spec.devices, 'devices')) {
    const device = objectOf(item, 'a device');
    const name = textOf(device.name, 'the name of a device');
    if (!nameShape.test(name)) throw new Error(`invalid name of a device: "${name}"`);
    if (Object.hasOwn(devices, name)) throw new Error(`device ${name} stands there twice`);
    devices[name] = editsOf(device.containerEdits);
  }
  return { kind, devices, edits: editsOf(spec.containerEdits) };
}

function editsOf(value: unknown): CdiEdits {
  const edits = objectOf(value ?? {}, 'containerEdits');
  const unknown = beyondUs.find((name) => edits[name] !== undefined);
  if (unknown !== undefined) throw new Error(`${unknown} is not supported`);
  return {
    env: listOf(edits.env, 'env').map((item) => textOf(item, 'env')),
    deviceNodes: listOf(edits.deviceNodes, 'deviceNodes').map(deviceNodeOf),
    mounts: listOf(edits.mounts, 'mounts').map(mountOf),
    hooks: listOf(edits.hooks, 'hooks').map(hookOf),
    additionalGids: listOf(edits.additionalGids ?? edits.additionalGIDs, 'additionalGids').map(
      (item) => numberOf(item, 'additionalGids'),
    ),
  };
}

function deviceNodeOf(value: unknown): CdiDeviceNode {
  const node = objectOf(value, 'a device node');
  const path = pathOf(node.path, 'path of a device node');
  const permissions =
    node.permissions === undefined ? 'rwm' : textOf(node.permissions, 'permissions');
  if (!/^[rwm]{1,3}$/.test(permissions)) throw new Error(`invalid permissions "${permissions}"`);
  return {
    path,
    hostPath: node.hostPath === undefined ? path : pathOf(node.hostPath, 'hostPath'),
    permissions,
    ...optionalNumber('uid', node.uid),
    ...optionalNumber('gid', node.gid),
    ...optionalNumber('fileMode', node.fileMode),
  };
}

function mountOf(value: unknown): CdiMount {
  const mount = objectOf(value, 'a mount');
  return {
    hostPath: textOf(mount.hostPath, 'hostPath of a mount'),
    containerPath: pathOf(mount.containerPath, 'containerPath of a mount'),
    ...(mount.type === undefined ? {} : { type: textOf(mount.type, 'type of a mount') }),
    options: listOf(mount.options, 'options').map((item) => textOf(item, 'options')),
  };
}

function hookOf(value: unknown): CdiHook {
  const hook = objectOf(value, 'a hook');
  const hookName = textOf(hook.hookName, 'hookName');
  if (!hookNames.includes(hookName)) throw new Error(`unknown hook "${hookName}"`);
  const texts = (name: 'args' | 'env') =>
    hook[name] === undefined
      ? {}
      : { [name]: listOf(hook[name], name).map((item) => textOf(item, name)) };
  return {
    hookName,
    path: pathOf(hook.path, 'path of a hook'),
    ...texts('args'),
    ...texts('env'),
    ...optionalNumber('timeout', hook.timeout),
  };
}

function objectOf(value: unknown, what: string): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  throw new Error(`${what} is not an object`);
}

function listOf(value: unknown, what: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  throw new Error(`${what} is not a list`);
}

function textOf(value: unknown, what: string): string {
  if (typeof value === 'string' && value !== '' && !value.includes('\0')) return value;
  throw new Error(`${what} is missing or not a text`);
}

function pathOf(value: unknown, what: string): string {
  const text = textOf(value, what);
  if (text.startsWith('/')) return text;
  throw new Error(`${what} "${text}" is not absolute`);
}

function numberOf(value: unknown, what: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new Error(`${what} is not a number`);
}

function optionalNumber<Name extends string>(
  name: Name,
  value: unknown,
): { readonly [key in Name]?: number } {
  if (value === undefined || value === null) return {};
  return { [name]: numberOf(value, name) } as { readonly [key in Name]: number };
}
