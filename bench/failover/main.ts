import { mkdirSync, readFileSync, writeFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { Drill } from './drill'
import { faults, targets } from './faults'
import { Fleet } from './fleet/fleet'
import { freshStart } from './fresh'
import { healAll } from './heal'
import { fromRanges, toRanges } from './judge/ranges'
import { judgeRows } from './judge/rows'
import { helpText, type Options, readOptions, UsageError } from './options'
import { plan, random } from './plan'
import { plot } from './report/plot'
import { appendRecord, type CycleRecord, readRecords } from './report/record'
import { table, totals } from './report/table'

const say = (line: string): void => console.log(`${new Date().toISOString().slice(11, 19)} ${line}`)

/** @returns the exit code: 0 all promises kept, 1 one was broken, 2 bad use, 130 interrupted */
export async function main(args: readonly string[]): Promise<number> {
  try {
    const options = readOptions(args)
    if (options.help) {
      console.log(helpText())
      return 0
    }
    const fleet = new Fleet(options.fleet)
    await healAll(fleet, say)
    if (options.heal) return 0
    for (const instances of options.fresh) await freshStart(fleet, instances, say)
    return options.cycles === 0 ? 0 : await drillRun(options, fleet)
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error))
    return error instanceof UsageError ? 2 : 1
  }
}

async function drillRun(options: Options, fleet: Fleet): Promise<number> {
  const wanted = faults.filter(({ name }) => options.faults.includes(name))
  const possible = wanted.filter(({ name, impossible }) => {
    const reason = impossible?.(fleet)
    if (reason) say(`${name} is left out: ${reason}`)
    return !reason
  })
  mkdirSync(options.out, { recursive: true })
  const file = join(options.out, 'cycles.jsonl')
  const run = runName(options)
  const records = readRecords(file)
  const planned = plan(possible, options.cycles, options.seed)
  if (records.length > 0) say(`${records.length} cycles are done already: ${file}`)

  const firstId = records[records.length - 1]?.nextId ?? 1
  const drill = new Drill({
    fleet,
    run,
    random: random(options.seed + records.length),
    frozen: options.frozen,
    cut: options.cut,
    firstId,
    say,
  })
  let interrupted = false
  const interrupt = (): void => {
    if (interrupted) return
    interrupted = true
    say('interrupted: everything is put right first')
    void drill
      .heal()
      .catch((error: unknown) => say(String(error)))
      .then(() => healAll(fleet, say))
      .catch((error: unknown) => say(String(error)))
      .then(() => process.exit(130))
  }
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt)
  await drill.start()
  try {
    for (const [i, name] of planned.entries()) {
      const fault = faults.find((one) => one.name === name)
      if (i < records.length || !fault) continue
      say(`--- cycle ${i + 1} of ${planned.length}: ${name}`)
      const record = await drill.cycle(i + 1, fault)
      records.push(record)
      appendRecord(file, record)
      report(options.out, records)
      say(line(record))
      for (const failure of record.failures) say(`NOT AS PROMISED: ${failure}`)
    }
    const missing = await checkAll(drill, records)
    for (const one of missing) say(`NOT AS PROMISED: ${one}`)
    console.log(`\n${table(records, targets)}\n\n${totals(records)}`)
    return missing.length > 0 || records.some(({ failures }) => failures.length > 0) ? 1 : 0
  } finally {
    await drill.stop()
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
  }
}

/** At the end: every row of the whole run, the earlier cycles' too. */
async function checkAll(drill: Drill, records: readonly CycleRecord[]): Promise<string[]> {
  const ids = (of: (record: CycleRecord) => string): Set<number> =>
    new Set(records.flatMap((one) => fromRanges(of(one))))
  const expected = { acknowledged: ids((one) => one.acknowledgedIds), unknown: ids((one) => one.unknownIds) }
  await drill.untilWhole(240)
  const { lost, doubled } = judgeRows(expected, await drill.readRows(1))
  say(`all ${expected.acknowledged.size} acknowledged rows of the run looked for again`)
  return [
    ...lost.map(({ instance, ids }) => `${instance} lacks acknowledged rows ${toRanges(ids).slice(0, 200)}`),
    ...doubled.map(({ instance, ids }) => `${instance} has rows twice: ${toRanges(ids).slice(0, 200)}`),
  ]
}

/** Rows carry the run's name; a run that goes on has the name it began with. */
function runName({ out }: Options): string {
  const file = join(out, 'run.json')
  if (!existsSync(file)) writeFileSync(file, JSON.stringify({ run: Date.now().toString(36) }) + '\n')
  return (JSON.parse(readFileSync(file, 'utf8')) as { run: string }).run
}

function report(out: string, records: readonly CycleRecord[]): void {
  writeFileSync(join(out, 'table.md'), `${table(records, targets)}\n\n${totals(records)}\n`)
  writeFileSync(join(out, 'blocked.svg'), plot(records, targets))
}

const line = (one: CycleRecord): string =>
  [
    `${one.fault}: blocked ${one.blocked.toFixed(2)} s (slowest connection ${one.slowestConnection.toFixed(2)} s)`,
    `${one.primaryBefore} -> ${one.primaryAfter || 'nobody'}`,
    `whole ${one.wholeAfter.toFixed(1)} s after`,
    `${one.writes.acknowledged} acknowledged, ${one.writes.unknown} unknown, ${one.lost} lost, ${one.doubled} doubled`,
    `${one.reads.failed} of ${one.reads.answered} reads failed`,
    `${one.probes.looks} looks, ${one.probes.openPairs} open pairs, ${one.probes.twoWritable} two writable`,
    `${one.seconds.toFixed(0)} s`,
  ].join(', ')
