import { defineConfig } from 'vitest/config';

// Tests run the sources: the condition below makes `@tocsin/*` resolve to src/ instead of dist/.
const source = '@tocsin/source';

export default defineConfig({
  resolve: { conditions: [source, 'node'] },
  ssr: { resolve: { conditions: [source, 'node'], externalConditions: [source, 'node'] } },
  test: {
    include: ['shared/*/src/**/*.test.ts', 'services/*/src/**/*.test.ts', 'services/*/web/**/*.test.ts', 'test/**/*.test.ts'],
    globalSetup: 'test/fixtures/temporary-folder.ts',
    testTimeout: 20_000,
    pool: 'forks',
  },
});
