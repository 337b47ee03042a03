package io.strata.runtime.containers;

import io.strata.runtime.errors.EngineException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;

/** Names for containers that were given none: an adjective and somebody who found something out. */
final class RandomNames {
    private static final int TRIES = 6;

    private static final String[] ADJECTIVES = """
            able agile amber ample apt ardent artful astute awake balanced beaming bold brave breezy bright brisk calm candid careful
            cheerful clear clever coastal cosmic cozy crisp curious daring deft dreamy eager earnest easy elated fair faithful fearless
            festive fluent focused fond frank free fresh friendly gallant gentle gifted glad golden graceful grand happy hardy hearty
            helpful honest hopeful humble jolly jovial keen kind lively loyal lucid lucky mellow merry mild modest neat nimble noble
            open patient peaceful placid plucky polite proud quick quiet radiant ready serene sharp silent sincere smooth sober spry
            stoic sturdy sunny swift tender thrifty tidy upbeat vivid warm wise witty worthy zealous zesty""".split("\\s+");

    private static final String[] SURNAMES = """
            abel agnesi alhazen allen ampere anning archimedes aristotle arrhenius aryabhata avogadro babbage backus banach bardeen bartik
            bassi bayes becquerel bell bernoulli bessel blackwell bohr boltzmann boole born bose boyle brahe brahmagupta brattain
            brown buck burnell cannon cantor carson carver cauchy cavendish cerf chandrasekhar chatelet chebyshev church clarke
            codd copernicus cori coulomb cray crick curie cuvier dahl dalton darwin davinci dedekind democritus descartes dijkstra diophantus
            dirac doppler driscoll easley edison ehrlich einstein elion engelbart eratosthenes erdos euclid euler faraday fermat fermi
            feynman fleming floyd fourier franklin fresnel galileo galois galvani gauss germain gibbs goldberg goodall granville gray
            haber halley hamilton hamming hardy harvey hawking heisenberg helmholtz herschel hertz hilbert hipparchus hoare hodgkin hooke
            hopper hubble humboldt hypatia ibnsina jackson jenner johnson joliot joule kalam kapitsa keller kelvin kepler khayyam khorana
            kilby kirch kleene kovalevskaya lagrange lalande lamarr lamport landau laplace lavoisier leakey leavitt leibniz levi liskov
            lovelace lumiere malpighi margulis maxwell mayer mcclintock mcnulty meitner mendel mendeleev merian milner mirzakhani morse
            napier nash newton nightingale nobel noether noyce ohm oppenheimer ostwald papin pascal pasteur pauli pauling payne perlman
            planck poincare poisson ptolemy pythagoras raman ramanujan rayleigh rhodes ride riemann ritchie robinson rontgen rutherford
            sagan sanderson schrodinger shannon shockley snell sommerville stallman stonebraker swartz tesla thales thompson torvalds
            turing varahamihira vaughan villani volta wallace watt wegener wescoff wien wilbur wiles wirth wright wu yalow yonath
            zhukovsky""".split("\\s+");

    private RandomNames() {}

    /**
     * @param taken whether a container has that name
     * @throws EngineException.Failed when chance found no free one, with or without a digit
     */
    static String free(Predicate<String> taken) {
        for (int i = 0; i < TRIES; i++) {
            String name = draw()
                    + (i == 0
                            ? ""
                            : Integer.toString(ThreadLocalRandom.current().nextInt(10)));
            if (!taken.test(name)) {
                return name;
            }
        }
        throw new EngineException.Failed("no free name was found for the container; give it one with --name");
    }

    static String draw() {
        return pick(ADJECTIVES) + "_" + pick(SURNAMES);
    }

    private static String pick(String[] words) {
        return words[ThreadLocalRandom.current().nextInt(words.length)];
    }

    static int variety() {
        return ADJECTIVES.length * SURNAMES.length;
    }
}
