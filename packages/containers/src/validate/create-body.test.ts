import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HostConfig } from '@berth/engine-api';
import type { ContainerCreateBody } from '../container-service.ts';
import { validateCreateBody } from './create-body.ts';

const host = {
  kernelCapabilities: ['CAP_CHOWN', 'CAP_NET_ADMIN'],
  security: { appArmor: false, seLinux: false },
  runtimes: ['runc', 'crun'],
  cgroupDriver: 'cgroupfs' as const,
  userNamespaces: false,
};

test('bad requests are refused with the text that clients know', () => {
  const cases: readonly (readonly [ContainerCreateBody, string | RegExp])[] = [
    [{ WorkingDir: 'x' }, "the working directory 'x' is invalid, it needs to be an absolute path"],
    [{ Env: ['=x'] }, 'invalid environment variable: =x'],
    [{ StopSignal: 'NOPE' }, 'Invalid signal: NOPE'],
    [{ Cmd: ['a\0b'] }, /NUL/],
    [{ ExposedPorts: { 'x/tcp': {} } }, 'invalid port specification: "x/tcp"'],
    [
      { HostConfig: { AutoRemove: true, RestartPolicy: { Name: 'always' } } },
      "can't create 'AutoRemove' container with restart policy",
    ],
    [
      { HostConfig: { RestartPolicy: { Name: 'sometimes' } } },
      "invalid restart policy: unknown policy 'sometimes'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'",
    ],
    [
      { HostConfig: { RestartPolicy: { Name: 'always', MaximumRetryCount: 3 } } },
      "invalid restart policy: maximum retry count can only be used with 'on-failure'",
    ],
    [{ HostConfig: { CapAdd: ['NOPE'] } }, 'invalid CapAdd: unknown capability: "NOPE"'],
    [{ HostConfig: { IpcMode: 'bogus' } }, 'invalid IPC mode: bogus'],
    [{ HostConfig: { PidMode: 'bogus' } }, 'invalid PID mode: bogus'],
    [{ HostConfig: { UTSMode: 'container:x' } }, 'invalid UTS mode: container:x'],
    [{ HostConfig: { CgroupnsMode: 'x' } }, 'invalid cgroup namespace mode: x'],
    [{ HostConfig: { ShmSize: -1 } }, 'SHM size can not be less than 0'],
    [
      { HostConfig: { OomScoreAdj: 2000 } },
      'Invalid value 2000, range for oom score adj is [-1000, 1000]',
    ],
    [{ HostConfig: { Runtime: 'kata' } }, 'unknown or invalid runtime name: kata'],
    [{ HostConfig: { ExtraHosts: ['x'] } }, 'bad format for add-host: "x"'],
    [{ HostConfig: { SecurityOpt: ['nope'] } }, 'invalid --security-opt: "nope"'],
    [{ HostConfig: { SecurityOpt: ['seccomp={'] } }, /^Decoding seccomp profile failed: /],
    [
      { HostConfig: { LogConfig: { Type: 'nope' } } },
      "logger: no log driver named 'nope' is registered",
    ],
    [
      { HostConfig: { LogConfig: { Type: 'json-file', Config: { size: '1' } } } },
      "unknown log opt 'size' for json-file log driver",
    ],
    [
      { HostConfig: { NetworkMode: 'container:x', PortBindings: { '80/tcp': [] } } },
      'conflicting options: port publishing and the container type network mode',
    ],
    [
      { Hostname: 'x', HostConfig: { NetworkMode: 'container:y' } },
      'conflicting options: hostname and the network mode',
    ],
    [
      { Hostname: 'x', HostConfig: { UTSMode: 'host' } },
      'conflicting options: hostname and the UTS mode',
    ],
    [{ HostConfig: { UsernsMode: 'keep-id' } }, 'invalid user namespace mode: keep-id'],
    [{ HostConfig: { Isolation: 'hyperv' } }, "invalid isolation 'hyperv' on linux"],
  ];
  for (const [body, message] of cases) {
    assert.throws(() => validateCreateBody(body, host), { message }, JSON.stringify(body));
  }
});

test('what this version lacks is refused, not ignored', () => {
  const cases: readonly ContainerCreateBody[] = [
    { HostConfig: { LogConfig: { Type: 'splunk' } } },
    { NetworkDisabled: true },
  ];
  for (const body of cases) {
    assert.throws(() => validateCreateBody(body, host), /is not implemented by this version/);
  }
});

test('with user namespaces, what reaches beyond them needs --userns=host', () => {
  const cases: readonly (readonly [HostConfig, string])[] = [
    [
      { Privileged: true },
      'privileged mode is incompatible with user namespaces.  You must run the container in the host namespace when running privileged mode',
    ],
    [
      { NetworkMode: 'host' },
      "cannot share the host's network namespace when user namespaces are enabled",
    ],
    [{ PidMode: 'host' }, 'cannot share the host PID namespace when user namespaces are enabled'],
  ];
  for (const [HostConfig, message] of cases) {
    const remapped = { ...host, userNamespaces: true };
    assert.throws(() => validateCreateBody({ HostConfig }, remapped), { message });
    validateCreateBody({ HostConfig: { ...HostConfig, UsernsMode: 'host' } }, remapped);
    validateCreateBody({ HostConfig }, host);
  }
});

test('ordinary requests pass', () => {
  validateCreateBody({}, host);
  validateCreateBody(
    {
      Image: 'busybox',
      Env: ['A=1', 'B'],
      Healthcheck: { Test: ['NONE'] },
      HostConfig: {
        RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 3 },
        CapAdd: ['net_admin', 'ALL'],
        IpcMode: 'container:x',
        SecurityOpt: ['seccomp=unconfined', 'no-new-privileges', 'label=disable'],
        LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '3' } },
        PortBindings: { '80/tcp': [{ HostPort: '8080' }] },
      },
    },
    host,
  );
});
