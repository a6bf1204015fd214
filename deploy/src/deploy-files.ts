// Every file under deploy/ that is made from code: dashboards for Grafana, rules for Prometheus, and their tests.
import { buildDashboard } from './dashboards/build-dashboard.ts';
import { fleet } from './dashboards/fleet.ts';
import { models } from './dashboards/models.ts';
import { notices } from './dashboards/notices.ts';
import { pipeline } from './dashboards/pipeline.ts';
import type { DashboardPlan } from './dashboards/plan.ts';
import { training } from './dashboards/trainer.ts';
import { rulesFile, ruleTestFiles } from './rules/write-rules.ts';

export const dashboards: readonly DashboardPlan[] = [fleet, pipeline, models, training, notices];

/** Texts by path from deploy/. */
export function deployFiles(): Record<string, string> {
  const boards = dashboards.map((plan) => {
    const name = plan.uid.replace(/^tocsin-/, '');
    return [`grafana/dashboards/${name}.json`, `${JSON.stringify(buildDashboard(plan), null, 2)}\n`] as const;
  });
  const tests = Object.entries(ruleTestFiles()).map(([name, text]) => [`prometheus/${name}`, text] as const);
  return { ...Object.fromEntries([...boards, ...tests]), 'prometheus/rules.yml': rulesFile() };
}
