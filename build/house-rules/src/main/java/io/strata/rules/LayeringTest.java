package io.strata.rules;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/**
 * The layering of the house, checked in every module. A name says which side of the edge a class is on: HTTP lives in
 * {@code *Resource}, {@code *Mapper}, {@code *Filter} and {@code *Client}; rows of the database in {@code *Row} (the
 * entity) and {@code *Rows} (its queries). Everything else is domain and knows neither.
 */
@AnalyzeClasses(packages = "io.strata", importOptions = ImportOption.DoNotIncludeTests.class)
public final class LayeringTest {
    private static final String EDGE = ".*(Resource|Mapper|Filter|Client|Problem)(\\$.*|_.*)?";
    private static final String ROWS = ".*(Row|Rows)(\\$.*|_.*)?";

    @ArchTest
    static final ArchRule HTTP_STAYS_AT_THE_EDGE = noClasses()
            .that()
            .haveNameNotMatching(EDGE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jakarta.ws.rs..", "org.jboss.resteasy.reactive..", "io.vertx.core.http..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule ROWS_STAY_IN_ROWS = noClasses()
            .that()
            .haveNameNotMatching(ROWS)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jakarta.persistence..", "org.hibernate..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule NO_SERVICE_IMPORTS_ANOTHER = slices().matching(
                    "io.strata.(gateway|layerstore|runtime|commit)..")
            .should()
            .notDependOnEachOther()
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule PACKAGES_HAVE_NO_CYCLES =
            slices().matching("io.strata.(**)").should().beFreeOfCycles().allowEmptyShould(true);

    @ArchTest
    static final ArchRule LIBRARIES_KNOW_NO_SERVICE = noClasses()
            .that()
            .resideInAnyPackage("io.strata.oci..", "io.strata.events..", "io.strata.layerfs..", "io.strata.blobs..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.strata.gateway..", "io.strata.layerstore..", "io.strata.runtime..", "io.strata.commit..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule PURE_LIBRARIES_KNOW_NO_FRAMEWORK = noClasses()
            .that()
            .resideInAnyPackage("io.strata.oci..", "io.strata.layerfs..", "io.strata.blobs..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.quarkus..", "jakarta..", "io.smallrye..", "io.vertx..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule NAMES_SAY_WHAT_A_CLASS_IS = classes()
            .should()
            .haveNameNotMatching(".*(Impl|Util|Utils|Manager|Helper)")
            .allowEmptyShould(true);
}
