// What every transport must do, whatever it is made of. `transport.test.ts` runs this over each of them.
import { groupsContract } from './transport-groups.contract.ts';
import { readingContract } from './transport-reading.contract.ts';
import type { TransportContract } from './transport-room.ts';
import { writingContract } from './transport-writing.contract.ts';

export function transportContract(contract: TransportContract): void {
  writingContract(contract);
  readingContract(contract);
  groupsContract(contract);
}
