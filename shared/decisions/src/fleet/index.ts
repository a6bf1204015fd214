// Many alerts of a class that began together, told as one incident.
export { noGroups, restoreGroups, storeGroups, type ClassGroups, type GroupingPlan, type StoredGroups } from './class-groups.ts';
export { isAtRest, passTime, takeAlert, type Told } from './fleet-grouping.ts';
export { devicesNeeded } from './incident-life.ts';
export { alertWithPeers, awakeForMs, countShifted, peersOf, type Beginning } from './peers.ts';
