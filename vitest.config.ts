import { defineConfig } from 'vitest/config';

// Tests run the sources: the condition below makes `@tocsin/*` resolve to src/ instead of dist/.
const source = '@tocsin/source';

export default defineConfig({
  resolve: { conditions: [source, 'node'] },
  ssr: { resolve: { conditions: [source, 'node'], externalConditions: [source, 'node'] } },
  test: {
    include: ['shared/*/src/**/*.test.ts', 'services/*/src/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 20_000,
    pool: 'forks',
  },
});
