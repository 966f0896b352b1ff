import { type Effect, type EffectOutcome, formatEffect } from "../core/effects.ts";
import type { Appended, RefUpdate, DecideFact, Journal } from "../ports/journal.ts";
import type { Log } from "../ports/log.ts";
import type { World } from "../ports/world.ts";

export interface WriterPorts {
  readonly world: World;
  readonly journal: Journal;
  readonly log: Log;
}

/** The one way to change anything, and the one place that knows what a dry run is. */
export interface Writer {
  /** Applies effects; a failure is a warning, because the next tick applies them again. */
  effects(effects: readonly Effect[]): Promise<readonly EffectOutcome[]>;
  event(decide: DecideFact, alongside?: RefUpdate): Promise<Appended | undefined>;
}

export function makeWriter(ports: WriterPorts, { dryRun }: { readonly dryRun: boolean }): Writer {
  return dryRun ? dryWriter(ports) : realWriter(ports);
}

function realWriter({ world, journal, log }: WriterPorts): Writer {
  return {
    async effects(effects) {
      if (effects.length === 0) {
        return [];
      }
      const outcomes = await world.apply(effects);
      for (const { effect, failure } of outcomes) {
        if (failure === undefined) {
          log.info(`Done: ${formatEffect(effect)}.`);
        } else {
          log.warning(`Could not ${formatEffect(effect)}: ${failure}. The next tick tries again.`);
        }
      }
      return outcomes;
    },
    async event(decide, alongside) {
      const appended = await journal.append(decide, alongside);
      if (appended !== undefined) {
        log.info(`Journalled event ${appended.event.seq}: ${appended.event.fact.type}.`);
      }
      return appended;
    },
  };
}

/** Prints each write and changes nothing [O11]. */
function dryWriter({ journal, log }: WriterPorts): Writer {
  return {
    async effects(effects) {
      for (const effect of effects) {
        log.info(`Dry run, not done: ${formatEffect(effect)}.`);
      }
      return effects.map((effect) => ({ effect, failure: undefined }));
    },
    async event(decide) {
      const fact = decide(await journal.read());
      if (fact !== undefined) {
        log.info(`Dry run, not journalled: ${fact.type} ${JSON.stringify(fact)}.`);
      }
      return undefined;
    },
  };
}
