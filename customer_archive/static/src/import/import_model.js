import {BaseImportModel} from "@base_import/import_model";
import {patch} from "@web/core/utils/patch";

/** After a test without faults, say how many rows were accepted: any message from the server would count as an error. */
patch(BaseImportModel.prototype, {
    async executeImport(isTest, totalSteps, importProgress) {
        this.archiveSummary = undefined;
        const result = await super.executeImport(isTest, totalSteps, importProgress);
        if (isTest && this.archiveSummary && !result.res.hasError) {
            this._addMessage("info", [this.archiveSummary]);
        }
        return result;
    },

    async _callImport(dryrun, args) {
        const result = await super._callImport(dryrun, args);
        this.archiveSummary ??= result.archive_summary;
        return result;
    },
});
