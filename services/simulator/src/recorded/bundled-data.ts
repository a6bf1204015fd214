// Where the small recorded fleets lie that come with Tocsin (see data/README.md for their format, sources and licences).
import { join } from 'node:path';

/** Folder with `gearbox` and `cmapss`, the same from sources and from the build. */
export const bundledDataDirectory = join(import.meta.dirname, '../../data');
