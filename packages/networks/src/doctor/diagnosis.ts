/** What Berth changed on the host, as it is now. */
export interface HostChange {
  readonly kind: 'sysctl' | 'link' | 'table';
  readonly name: string;
  readonly value: string;
  readonly reason: string;
}

/** `problem`: something does not work because of it. `note`: good to know. `ok`: was looked at and is right. */
export type FindingLevel = 'problem' | 'note' | 'ok';

export interface Finding {
  readonly level: FindingLevel;
  /** What it is about: `host`, a container's name, or a published port. */
  readonly subject: string;
  readonly text: string;
  /** What to do. */
  readonly hint?: string;
}

export interface NetworkDiagnosis {
  readonly changes: readonly HostChange[];
  readonly findings: readonly Finding[];
}

/** A container as far as its ports are concerned. */
export interface DiagnosedContainer {
  readonly id: string;
  readonly name: string;
  /** Undefined when it does not run. */
  readonly pid?: number;
}

export interface DiagnosisRequest {
  /** A published host port, or a container's name or ID; absent: the host alone. A number is a port. */
  readonly target?: string;
  /** Fails for a container that does not exist. */
  readonly findContainer: (nameOrId: string) => Promise<DiagnosedContainer>;
}
