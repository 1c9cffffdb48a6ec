/** Moods of the sea and its sailors. */
export const adjectives: readonly string[] =
  `able afloat agile airy amber ample anchored aquatic astern azure balmy beaming blithe bold boundless
  breezy bright brisk buoyant calm candid cheery clear coastal cobalt coral cosmic crisp curious daring
  dauntless dawning deft drifting eager early earnest easterly ebbing endless even fabled fair fearless
  fleet floating fluent foamy frank fresh gallant genial gentle gilded glad gleaming golden graceful
  hardy hearty homeward honest hopeful humble idle indigo jaunty jolly keen kindly laden leeward level
  limber lively lofty loyal lucid lucky lunar marine mellow merry mighty misty mobile moored nautical
  navy neat nimble noble northerly open patient pearly placid plucky polished prime prompt proud quick
  quiet radiant ready restful rising roaming robust rolling rosy rugged sailing salty serene sheltered
  silver sleek smooth snug solar solid spry stalwart starry steady stout strong sturdy sunlit sunny
  sure swift tidal tidy tranquil trim trusty upbeat vast vivid warm watchful wavy westerly willing windy
  wise witty zesty`.split(/\s+/);

/** Surnames of seafarers, explorers, shipwrights, oceanographers, astronomers and inventors. */
export const surnames: readonly string[] =
  `amundsen baffin banks baret barents beaufort bering bligh bowditch brendan brunel bullard byrd cabot
  carson cartier chichester cook cousteau dampier darwin davis diaz drake dufresne earhart earle ekman
  ericson faroe fitzroy flinders forbes franklin frobisher gama gibbs gilbert godfrey halley harrison
  harvey heezen henson herjolfsson heyerdahl hudson humboldt huygens jansz kepler knox laperouse lovell
  mackenzie magellan malaspina marconi maury mawson mercator murray nansen nares nightingale noether
  norwood ohm orellana parry pelorus perouse piccard polo ptolemy pytheas raleigh rennell ross sandwell
  scoresby scott shackleton slocum stommel sverdrup tasman tharp torres tupaia urdaneta vancouver
  vespucci vinland waldseemuller wallis weddell wegener wilkes willoughby worsley wright yonge zheng`.split(
    /\s+/,
  );
