import type { NetworkDoctorReport } from '@berth/engine-api';
import type { NetworkDiagnosis } from '@berth/networks';
import { json } from '../http/api-reply.ts';
import type { ApiHandler } from '../http/api-request.ts';
import { defined } from '../http/defined.ts';

/** `GET /berth/network/doctor?target=CONTAINER|PORT`: looks, and changes nothing. */
export const networkDoctor: ApiHandler<'NetworkDoctor'> = async (
  request,
  { containers, networks },
) => {
  const findContainer = async (nameOrId: string) => {
    const { Id = '', Name = '', State } = await containers.inspect(nameOrId);
    return { id: Id, name: Name.replace(/^\//, ''), ...(State?.Pid ? { pid: State.Pid } : {}) };
  };
  const target = request.query.target || undefined;
  return json(reportOf(await networks.diagnose({ ...defined({ target }), findContainer })));
};

function reportOf({ changes, findings }: NetworkDiagnosis): NetworkDoctorReport {
  return {
    Changes: changes.map(({ kind, name, value, reason }) => ({
      ...{ Kind: kind, Name: name, Value: value, Reason: reason },
    })),
    Findings: findings.map(({ level, subject, text, hint }) => ({
      ...{ Level: level, Subject: subject, Text: text },
      ...defined({ Hint: hint }),
    })),
  };
}
