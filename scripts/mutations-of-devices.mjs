// Rules of what is known of a device (its clock, its silence, its amended windows, what it learns), undone one at a time like all in mutations.mjs.

/** @type {{ rule: string, file: string, from: string, to: string, base?: number, amendMs?: number, test?: string }[]} */
export const deviceMutations = [
  {
    rule: 'silence is told once',
    base: 340,
    file: 'services/scorer/src/guard.ts',
    from: 'if (state.frontierMs > gridMs(watermark, deviceClass.rateHz)) return null;',
    to: '',
  },
  {
    rule: 'what a label closed is said by whoever finds it in the state',
    test: 'test/pipeline/label-failures.test.ts',
    file: 'shared/models/src/device-state-codec.ts',
    from: '{ owed: readOwed(reader) }',
    to: '(readOwed(reader), {})',
  },
  {
    // The frontier covers it where windows are never amended, except for what is sent on as late.
    rule: 'windows are made anew where the clock of a silent device is forgotten',
    test: 'test/pipeline/let-go.test.ts',
    file: 'services/scorer/src/let-go.ts',
    from: '  beginAnew(device);',
    to: '',
  },
  {
    rule: 'nobody resumes where a device would seem to leap',
    test: 'shared/windows/src/device-clock.test.ts',
    file: 'shared/windows/src/device-clock.ts',
    from: '  if (startMs - clock.lowMs > boundMs) keepSafe(clock, offset - 1);\n',
    to: '',
  },
  {
    rule: 'the reference is as exact in memory as it is in the store',
    file: 'shared/models/src/moments.ts',
    from: '(each > 0 ? bfloat16(1 / each) : 0)',
    to: '(each > 0 ? 1 / each : 0)',
  },
  {
    rule: 'the model follows what an alert takes back',
    file: 'services/scorer/src/quarantine.ts',
    from: '  goBackTo(state.support, before);\n  refreshModel(device);',
    to: '  goBackTo(state.support, before);',
  },
  {
    rule: 'a revision that was said is not said again under a later state',
    amendMs: 1500,
    file: 'services/scorer/src/amend.ts',
    from: 'offset < emitted || (offset < freshFrom && offset <= at)',
    to: 'offset < emitted',
  },
  {
    rule: 'windows that were sealed stay so for whoever comes next',
    amendMs: 700,
    file: 'services/scorer/src/let-go.ts',
    from: '  sealWindows(windows, (state.amendments ?? noAmendments).sealedMs);',
    to: '  sealWindows(windows, noAmendments.sealedMs);',
  },
  {
    // One schedule in thirteen thousand: a leap, a silence, two labels, and a death between the second and the next commit.
    rule: 'silence under maintenance is no news for whoever reads it again when that is over',
    test: 'test/pipeline/guards.test.ts',
    file: 'services/scorer/src/guard.ts',
    from: "const guards = isPlanned || isUnderMaintenance(state.labels, logTimeMs) ? expectBreach(state.guards, 'silent') : state.guards;",
    to: 'if (isUnderMaintenance(state.labels, logTimeMs)) return null;\n  const { guards } = state;',
  },
  {
    rule: 'silence is not ended by windows that are cut because nothing comes',
    test: 'test/pipeline/guards.test.ts',
    file: 'services/scorer/src/guard.ts',
    from: '...(silentMs === null || isSilent(device, logTimeMs) ? {} : { silent: null }),',
    to: '...(silentMs === null ? {} : { silent: null }),',
  },
  {
    rule: 'silence in a pause of everybody is excused once',
    test: 'test/pipeline/guards.test.ts',
    file: 'services/scorer/src/silence.ts',
    from: 'toMs - fromMs > silentMs && !isSilent(device, fromMs)) device',
    to: 'toMs - fromMs > silentMs) device',
  },
  {
    rule: 'a device under maintenance is waited for like any other',
    test: 'test/pipeline/guards.test.ts',
    file: 'services/scorer/src/silence.ts',
    from: '  if (deviceClass.guards.silentMs === null) return false;',
    to: '  if (deviceClass.guards.silentMs === null || state.labels.maintenance !== null) return false;',
  },
  {
    rule: 'an alert that opens drops what was gathered, and takes back what was learnt last',
    test: 'test/pipeline/quarantine.test.ts',
    file: 'services/scorer/src/decide.ts',
    from: "    if (alert?.state === 'opened') doubt(device, 'dropped_alert', onBlock);\n",
    to: '',
  },
  {
    rule: 'what is learnt stays within reach of where the device stood',
    test: 'services/scorer/src/quarantine.test.ts',
    file: 'services/scorer/src/quarantine.ts',
    from: 'reference === null ? 0 : keepNear(support, reference, plan.reachMax)',
    to: '0',
  },
  {
    rule: 'a block waits for windows that confirm it',
    test: 'services/scorer/src/quarantine.test.ts',
    file: 'services/scorer/src/quarantine.ts',
    from: 'if (confirmed < plan.confirmWindows) {',
    to: 'if (confirmed < 1) {',
  },
  {
    rule: 'windows too full of holes for it do not teach',
    test: 'test/pipeline/gaps.test.ts',
    file: 'services/scorer/src/decide.ts',
    from: '{ ...plan, teachCoverage }',
    to: '{ ...plan, teachCoverage: 0 }',
  },
  {
    rule: 'a head follows from the raw windows, not from when it was adapted',
    file: 'shared/models/src/adapt.ts',
    from: 'adaptClosedForm(initialisation, first)',
    to: 'adaptClosedForm(initialisation, support)',
  },
];
