import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { VirtualClock } from '@vortexflow/primitives';
import { HardwareMonitor, type HardwareMonitorOptions, type HardwareState } from './monitor.ts';
import type { ReadSensors, SensorReading } from './sensors.ts';

const PERIOD_MS = 1000;

const gpu = (temperature: number | null, device = 'nvidia 0'): SensorReading => {
  return { device, kind: 'gpu', temperature, utilisation: 0.5 };
};

/** A monitor whose sensors say what the test last told them. */
async function rig(first: readonly SensorReading[], more: Partial<HardwareMonitorOptions> = {}) {
  const clock = new VirtualClock();
  const changes: HardwareState[] = [];
  let readings = first;
  let reads = 0;
  const source: ReadSensors = async () => {
    reads++;
    return readings;
  };
  const onChange = (state: HardwareState): void => void changes.push(state);
  const monitor = new HardwareMonitor({ sources: [source], clock, periodMs: PERIOD_MS, onChange, ...more });
  monitor.start();
  await setImmediate();
  const next = async (now: readonly SensorReading[], ms = PERIOD_MS): Promise<HardwareState> => {
    readings = now;
    clock.advance(ms);
    await setImmediate();
    return monitor.state();
  };
  return { monitor, changes, next, clock, reads: () => reads };
}

describe('HardwareMonitor', () => {
  test('rises at the limits and falls five degrees below them', async () => {
    const { monitor, changes, next } = await rig([gpu(40)]);
    const states: [number, HardwareState][] = [
      [84.9, 'normal'],
      [85, 'alert'],
      [81, 'alert'],
      [79, 'normal'],
      [90, 'throttle'],
      [86, 'throttle'],
      [84, 'alert'],
      [89, 'alert'],
      [95, 'throttle'],
      [20, 'normal'],
    ];
    assert.equal(monitor.state(), 'normal');
    for (const [temperature, state] of states) {
      assert.equal(await next([gpu(temperature)]), state, `${temperature}`);
      assert.equal(monitor.throttleFactor(), state === 'throttle' ? 0.25 : 1);
    }
    assert.deepEqual(changes, ['normal', 'alert', 'normal', 'throttle', 'alert', 'throttle', 'normal']);
    assert.deepEqual(monitor.readings(), [gpu(20)]);
  });

  test('the worst device decides, each by the limits of its kind', async () => {
    const cpu: SensorReading = { device: 'hwmon0 (k10temp)', kind: 'cpu', temperature: 92, utilisation: null };
    const { monitor, next } = await rig([gpu(50), gpu(60, 'nvidia 1'), cpu]);
    assert.equal(monitor.state(), 'normal');
    assert.equal(await next([gpu(50), gpu(93, 'nvidia 1'), cpu]), 'throttle');
    const limits = { cpu: { alert: 70, throttle: 99 } };
    assert.equal((await rig([gpu(50), cpu], { limits })).monitor.state(), 'alert');
  });

  test('one reading that fails does not lift a throttle; a device that is gone does', async () => {
    const { monitor, next } = await rig([gpu(95)]);
    for (let missed = 0; missed < 3; missed++) assert.equal(await next([]), 'throttle');
    assert.equal(await next([]), 'unknown');
    assert.deepEqual([monitor.readings(), monitor.throttleFactor()], [[], 1]);
  });

  test('is silent and slow where the machine offers nothing', async () => {
    const { monitor, changes, reads, next } = await rig([]);
    await next([], 11 * PERIOD_MS);
    assert.deepEqual([reads(), changes, monitor.state(), monitor.throttleFactor()], [1, [], 'unknown', 1]);
    assert.equal(await next([gpu(30)], PERIOD_MS), 'normal');
  });

  test('a card that tells its load only is no reason to call the machine cool', async () => {
    const { monitor } = await rig([gpu(null)]);
    assert.deepEqual([monitor.state(), monitor.readings()], ['unknown', [gpu(null)]]);
  });

  test('neither a broken source nor a listener that throws stops it', async () => {
    const broken: ReadSensors = () => Promise.reject(new Error('broken'));
    let told = 0;
    const onChange = (): void => {
      told++;
      throw new Error('not my problem');
    };
    const hot: ReadSensors = () => Promise.resolve([gpu(99)]);
    const { monitor } = await rig([], { sources: [broken, hot], onChange, throttledShare: 0.5 });
    assert.deepEqual([monitor.state(), monitor.throttleFactor(), told], ['throttle', 0.5, 1]);
  });

  test('reads no more once stopped, also when it was reading', async () => {
    const { monitor, next, reads } = await rig([gpu(40)]);
    monitor.start();
    assert.equal(await next([gpu(99)]), 'throttle');
    monitor.stop();
    assert.equal(await next([gpu(20)], 60 * PERIOD_MS), 'throttle');
    assert.equal(reads(), 2);
    monitor.start();
    monitor.stop();
    await setImmediate();
    assert.equal(monitor.state(), 'throttle');
    monitor.start();
    monitor.stop();
    monitor.start();
    await setImmediate();
    const before = reads();
    assert.equal(await next([gpu(20)]), 'normal');
    assert.equal(reads(), before + 1, 'one loop, however often it was started');
  });
});
