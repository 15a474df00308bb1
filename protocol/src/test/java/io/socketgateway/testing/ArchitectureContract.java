package io.socketgateway.testing;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What every module keeps to; its {@code ArchitectureTest} implements this and says where its arrows point. */
public interface ArchitectureContract {
    /** For each package of the module the packages of ours that it may import; full names, no wildcards. */
    Map<String, Set<String>> mayImport();

    @Test
    default void packageArrowsPointOneWay() {
        HouseRules.packageArrows(mayImport()).check(HouseRules.mainClasses(getClass()));
    }

    @Test
    default void packagesAreNullMarked() {
        HouseRules.packagesAreNullMarked().check(HouseRules.mainClasses(getClass()));
    }

    @Test
    default void classesAreFinalAndDoNotExtendOneAnother() {
        HouseRules.classesAreFinal().check(HouseRules.mainClasses(getClass()));
    }

    @Test
    default void namesSaySomething() {
        HouseRules.namesSaySomething().check(HouseRules.mainAndTestClasses(getClass()));
    }

    @Test
    default void onlyTheClockKnowsTheTimeAndNothingSleeps() {
        HouseRules.noClockButNanoClock().check(HouseRules.mainAndTestClasses(getClass()));
    }

    @Test
    default void everyTestIsFoundBySurefire() {
        HouseRules.testsAreFound().check(HouseRules.mainAndTestClasses(getClass()));
    }

    @Test
    default void everyFuzzTargetStandsAlone() {
        HouseRules.fuzzTargetsStandAlone().check(HouseRules.mainAndTestClasses(getClass()));
    }
}
