import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseNamespaceLink, parseProcStatus } from './proc-status.ts';

const status = `Name:	sleep
Umask:	0022
State:	S (sleeping)
Tgid:	4242
Pid:	4242
PPid:	4200
Uid:	0	1000	0	1000
NSpid:	4242	17	1
VmRSS:	     4 kB
NoNewPrivs:	1
Seccomp:	2
CapEff:	0000000000000401
`;

test('the facts of a process in a nested pid namespace', () => {
  assert.deepEqual(parseProcStatus(status), {
    pid: 4242,
    parentPid: 4200,
    innerPid: 1,
    command: 'sleep',
    state: 'S',
    user: 1000,
    residentBytes: 4096,
    capabilities: ['CAP_CHOWN', 'CAP_NET_BIND_SERVICE'],
    seccomp: 'filter',
    noNewPrivileges: true,
  });
});

test('a kernel thread, and a kernel without some of the lines', () => {
  const facts = parseProcStatus('Name:\tkthreadd\nPid:\t2\n');
  assert.equal(facts.innerPid, 2);
  assert.equal(facts.residentBytes, 0);
  assert.equal(facts.seccomp, 'disabled');
});

test('namespace links', () => {
  assert.equal(parseNamespaceLink('net:[4026531840]'), 4026531840);
  assert.equal(parseNamespaceLink('nonsense'), 0);
});
