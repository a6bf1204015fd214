// Event-time windows of one device: assignment, watermark, lateness, gaps.
export * from './device-clock.ts';
export { createWindowScratch, type ClosedWindow, type WindowScratch } from './cut-window.ts';
export * from './device-windows.ts';
export { gridIndex, gridMs } from './grid.ts';
export { canResample, fitsGrid, rateRatios } from './resampler.ts';
